import { recordedOnly } from '../../models/notRecorded';
import type { ModelSource } from '../plan/modelSource';
import type { RunModel } from '../runner';

/** In the place of a run's model: never asked. */
export function replayModel(source: ModelSource | null): RunModel | null {
  if (source === null) return null;
  const model = recordedOnly(source.model);
  return { at: () => model, hasRoom: () => Promise.resolve() };
}
