/** What keeps a run from being worked on; the message says to a person what to do. */
export class RunProblem extends Error {
  override readonly name = 'RunProblem';
}
