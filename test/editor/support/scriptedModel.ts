import * as vscode from 'vscode';

/** What the next request to the fixture's models gets; see test/fixtures/model-provider/extension.js. */
export type Step = { readonly delay?: number } & (
  | { readonly text: string }
  | { readonly parts: readonly string[] }
  | { readonly error: string; readonly message?: string }
  | { readonly hang: true }
);

export interface SeenRequest {
  readonly model: string;
  readonly messages: readonly { readonly role: 'user' | 'assistant'; readonly text: string }[];
  readonly modelOptions: Readonly<Record<string, unknown>>;
  readonly cancelled: boolean;
}

/** The vendor whose models the fixture extension registers; their ids are `steady` and `small`. */
export const scriptedVendor = 'spar-test';

/** Sets the replies to come, in order, and forgets the requests seen so far. */
export async function scriptReplies(...steps: readonly Step[]): Promise<void> {
  await vscode.commands.executeCommand('sparTest.script', steps);
}

export async function seenRequests(): Promise<readonly SeenRequest[]> {
  return await vscode.commands.executeCommand<readonly SeenRequest[]>('sparTest.requests');
}
