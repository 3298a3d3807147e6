import * as vscode from 'vscode';
import type { CandidateReference } from './host';
import { nodeName } from './reviewDocument';
import { encodeAddress } from './reviewUri';

export function reviewUri({ sessionId, path }: CandidateReference): vscode.Uri {
  const label = `Review ${nodeName(path)}`;
  return vscode.Uri.from(encodeAddress({ kind: 'review', sessionId, path, against: null, label }));
}

export function candidateUri({ sessionId, path }: CandidateReference): vscode.Uri {
  return vscode.Uri.from(
    encodeAddress({ kind: 'candidate', sessionId, path, against: null, label: nodeName(path) }),
  );
}

/** A node as the read-only side of a diff with the candidate `against`. */
export function nodeUri({ sessionId, path }: CandidateReference, against: string): vscode.Uri {
  return vscode.Uri.from(encodeAddress({ kind: 'node', sessionId, path, against, label: nodeName(path) }));
}
