import * as vscode from 'vscode';
import { addUsage, noUsage, type ChatModel, type Usage } from '../../spar/models/chatModel';
import { instructionText } from '../../spar/refiner/instruction';
import {
  proposeConstraints,
  type ProposedConstraint,
  type Proposals,
} from '../../spar/refiner/proposeConstraints';
import { messageText } from '../messageText';
import type { Session } from '../sessions/session';

export interface ProposalOptions {
  /** Into the log: proposals that did not fit. */
  readonly note: (message: string) => void;
}

/**
 * Asks the model what else code could check in a search's texts and lets the person tick what the instruction
 * really asks for; empty where they tick nothing.
 */
export async function askProposed(
  session: Session,
  model: ChatModel,
  { note }: ProposalOptions,
): Promise<readonly ProposedConstraint[]> {
  let usage = noUsage;
  const proposals = await asked(session, model, (further) => (usage = addUsage(usage, further)));
  if (proposals === null) return [];
  const { constraints, refused } = proposals;
  for (const { type, reason } of refused)
    note(`${model.id} proposed “${type}”, which is left out. ${reason}`);
  if (constraints.length === 0) {
    void vscode.window.showInformationMessage(
      messageText(
        `${model.id} found nothing more in the instruction that code can check (${tokenWords(usage)}).`,
      ),
    );
    return [];
  }
  const items = constraints.map((constraint) => ({
    constraint,
    label: constraint.text,
    detail: `“${quoted(session, constraint)}”`,
  }));
  const ticked = await vscode.window.showQuickPick(items, {
    canPickMany: true,
    ignoreFocusOut: true,
    matchOnDetail: true,
    title: `Proposed by ${model.id} (${tokenWords(usage)})`,
    placeHolder: 'Tick what the instruction really asks for; only that counts',
  });
  return (ticked ?? []).map(({ constraint }) => constraint);
}

/** Null where the person stopped it. */
async function asked(
  session: Session,
  model: ChatModel,
  onUsage: (usage: Usage) => void,
): Promise<Proposals | null> {
  const controller = new AbortController();
  const known = session.choices.map(({ constraint }) => constraint);
  const question = { instructionText: instructionText(session.instruction), known };
  try {
    return await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: messageText(`Asking ${model.id} for constraints…`),
        cancellable: true,
      },
      (_, token) => {
        token.onCancellationRequested(() => controller.abort());
        return proposeConstraints(question, model, { signal: controller.signal, onUsage });
      },
    );
  } catch (cause) {
    if (controller.signal.aborted) return null;
    throw cause;
  }
}

function quoted({ instruction }: Session, { span }: ProposedConstraint): string {
  return instructionText(instruction).slice(span.start, span.end).replace(/\s+/gu, ' ');
}

function tokenWords({ promptTokens, completionTokens, estimated }: Usage): string {
  return `${estimated ? 'about ' : ''}${(promptTokens + completionTokens).toLocaleString('en')} tokens`;
}
