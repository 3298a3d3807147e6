import type { EndpointSource } from '../../spar/selfplay/plan/modelSource';
import type { Terminal } from '../terminal';

export type KeyName = 'OPENAI_API_KEY' | 'SPAR_ACTOR_API_KEY' | 'SPAR_REFINER_API_KEY';

interface Endpoints {
  readonly actor: EndpointSource | null;
  readonly refiner: EndpointSource | null;
}

interface OfRoles<Value> {
  readonly actor: Value | null;
  readonly refiner: Value | null;
}

/**
 * The variables whose keys go to the models, empty ones left out. `OPENAI_API_KEY` goes to the actor, and to the refiner
 * unless that is on another server than the actor: a key is not for strangers. `SPAR_ACTOR_API_KEY` and
 * `SPAR_REFINER_API_KEY` go before it; an empty one stands for no key.
 */
export function keyNamesOf(
  { actor, refiner }: Endpoints,
  { environment }: Pick<Terminal, 'environment'>,
): OfRoles<KeyName> {
  const first = (...names: readonly KeyName[]): KeyName | null => {
    const name = names.find((candidate) => environment[candidate] !== undefined);
    return name === undefined || environment[name]?.trim() === '' ? null : name;
  };
  const isElsewhere = actor !== null && refiner !== null && !sameServers(actor, refiner);
  return {
    actor: first('SPAR_ACTOR_API_KEY', 'OPENAI_API_KEY'),
    refiner: isElsewhere ? first('SPAR_REFINER_API_KEY') : first('SPAR_REFINER_API_KEY', 'OPENAI_API_KEY'),
  };
}

/** The keys themselves; see `keyNamesOf`. */
export function keysOf(endpoints: Endpoints, terminal: Pick<Terminal, 'environment'>): OfRoles<string> {
  const { actor, refiner } = keyNamesOf(endpoints, terminal);
  const keyIn = (name: KeyName | null): string | null =>
    name === null ? null : (terminal.environment[name] ?? null);
  return { actor: keyIn(actor), refiner: keyIn(refiner) };
}

function sameServers(actor: EndpointSource, refiner: EndpointSource): boolean {
  const known = new Set(actor.baseUrls.map((url) => new URL(url).origin));
  return refiner.baseUrls.every((url) => known.has(new URL(url).origin));
}
