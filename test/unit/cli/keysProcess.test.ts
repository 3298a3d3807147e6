import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SimulatorOptions } from '../../support/simulator/protocol';
import { startSimulator, type Simulator } from '../../support/simulator/simulator';
import { worldItems, worldReply } from '../../support/world';
import { SparProcess, type Ended } from './bundle';

let spar: SparProcess;
/** The server that a person named, and another one. */
let own: Simulator;
let other: Simulator;

const world: SimulatorOptions = {
  responder: ({ messages, seed }) => worldReply({ messages, seed }).text,
};
const key = 'sk-of-the-person-1';

beforeAll(async () => {
  spar = await SparProcess.build();
  const prompts = worldItems(4).map(({ instruction }) => JSON.stringify({ instruction }));
  await writeFile(join(spar.folder, 'prompts.jsonl'), `${prompts.join('\n')}\n`);
  [own, other] = await Promise.all([startSimulator(world), startSimulator(world)]);
  await Promise.all([begin('mine', own.url, 'home'), begin('theirs', own.url, 'their-home')]);
}, 60_000);
afterAll(async () => {
  await Promise.all([own.close(), other.close()]);
  await rm(spar.folder, { recursive: true });
});

/** A person with a key and a home of their own. */
function at(home: string, more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return { HOME: join(spar.folder, home), OPENAI_API_KEY: key, ...more };
}

function asked(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Ended> {
  return spar.run(args, { environment });
}

/** The first row of a run at the server. */
async function begin(folder: string, url: string, home: string): Promise<void> {
  const words = ['run', '--input', 'prompts.jsonl', '--output', folder, '--limit', '1', '--draw', 'all'];
  const ended = await asked([...words, '--model', 'simulated', '--base-url', url], at(home));
  expect(ended).toMatchObject({ code: 0, stderr: '' });
}

async function copy(from: string, to: string): Promise<void> {
  await cp(join(spar.folder, from), join(spar.folder, to), { recursive: true });
}

/** The folder as somebody else sends it, who has put another address into its settings. */
async function changed(from: string, to: string, [was, is]: readonly [string, string]): Promise<void> {
  await copy(from, to);
  const settings = join(spar.folder, to, 'settings.json');
  const text = await readFile(settings, 'utf8');
  expect(text).toContain(was);
  await writeFile(settings, text.replaceAll(was, is));
}

/** The keys that a server has seen since it was last asked about them. */
function keysAt(server: Simulator): () => ReadonlySet<string | undefined> {
  let seen = server.requests.length;
  return () => {
    const calls = server.requests.slice(seen);
    seen = server.requests.length;
    return new Set(calls.map(({ headers }) => headers.authorization));
  };
}

const withKey = new Set([`Bearer ${key}`]);
const withoutKey = new Set([undefined]);
const nothing = new Set<string>();

describe('keys of runs that are gone on with', { timeout: 60_000 }, () => {
  test('go where the run was begun with them, also when its folder was moved', async () => {
    expect(new Set(own.requests.map(({ headers }) => headers.authorization))).toEqual(withKey);
    const keys = keysAt(own);
    await copy('mine', 'moved');
    const ended = await asked(['resume', 'moved', '--limit', '2'], at('home'));
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(keys()).toEqual(withKey);
  });

  test('go to no address that the folder brings along', async () => {
    await changed('mine', 'sent', [own.url, other.url]);
    const keys = keysAt(other);
    const journal = await readFile(join(spar.folder, 'sent', 'journal.jsonl'), 'utf8');
    for (const command of [
      ['resume', 'sent', '--limit', 'none'],
      ['run', '--continue', 'sent', '--limit', 'none'],
      ['resume', 'sent', '--engine', 'batch', '--cancel'],
      ['replay', 'sent', '--votes', '9', '--draw-missing', '--output', 'drawn'],
    ]) {
      const { code, stdout, stderr } = await asked(command, at('home'));
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain('The run in “sent” was not begun at your terminal here');
      expect(stderr).toContain(`the key in OPENAI_API_KEY to ${new URL(other.url).origin}.`);
      expect(stderr).toContain('add --trust');
      expect(stderr).not.toContain(key);
    }
    expect(keys()).toEqual(nothing);
    expect(await readFile(join(spar.folder, 'sent', 'journal.jsonl'), 'utf8')).toBe(journal);
    // What sends nothing needs no leave.
    expect(await asked(['replay', 'sent'], at('home'))).toMatchObject({ code: 0, stderr: '' });

    const { HOME = '' } = at('home');
    const free = await asked(['resume', 'sent', '--limit', '2'], { HOME });
    expect(free).toMatchObject({ code: 0, stderr: '' });
    expect(keys()).toEqual(withoutKey);
    // Having gone on without a key says nothing about keys.
    expect(await asked(['resume', 'sent', '--limit', '3'], at('home'))).toMatchObject({ code: 1 });
    expect(keys()).toEqual(nothing);
  });

  test('go where the person says that the models are now', async () => {
    await changed('mine', 'named', [own.url, other.url]);
    const [ownKeys, otherKeys] = [keysAt(own), keysAt(other)];
    const words = ['resume', 'named', '--limit', '2', '--base-url', own.url];
    expect(await asked(words, at('home'))).toMatchObject({ code: 0, stderr: '' });
    expect([ownKeys(), otherKeys()]).toEqual([withKey, nothing]);
    // That was about this time.
    expect(await asked(['resume', 'named', '--limit', '3'], at('home'))).toMatchObject({ code: 1 });
    expect(otherKeys()).toEqual(nothing);
  });

  test('go to the addresses of a run that the person trusts, and go on doing so until they change', async () => {
    await copy('theirs', 'trusted');
    const [keys, otherKeys] = [keysAt(own), keysAt(other)];
    const resume = (...more: readonly string[]): Promise<Ended> =>
      asked(['resume', 'trusted', ...more], at('home-of-trust'));
    expect(await resume('--limit', '2')).toMatchObject({ code: 1 });
    expect(await resume('--limit', '2', '--trust')).toMatchObject({ code: 0, stderr: '' });
    expect(keys()).toEqual(withKey);
    expect(await resume('--limit', '3')).toMatchObject({ code: 0, stderr: '' });
    expect(keys()).toEqual(withKey);
    await changed('trusted', 'changed', [own.url, other.url]);
    const again = await asked(['resume', 'changed', '--limit', '4'], at('home-of-trust'));
    expect(again).toMatchObject({ code: 1 });
    expect(otherKeys()).toEqual(nothing);
  });

  test('of one role are held back alone', async () => {
    // The actor stays where it was; the refiner is elsewhere.
    const { settings } = await readSettings('mine');
    settings.source.refiner.baseUrls = [other.url];
    await copy('mine', 'one');
    const whole = JSON.parse(await readFile(join(spar.folder, 'one', 'settings.json'), 'utf8')) as object;
    await writeFile(join(spar.folder, 'one', 'settings.json'), JSON.stringify({ ...whole, settings }));
    const environment = at('home', { SPAR_REFINER_API_KEY: 'sk-of-the-refiner-2' });
    const words = ['resume', 'one', '--limit', '2'];
    const refused = await asked([...words, '--actor-base-url', own.url], environment);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(`SPAR_REFINER_API_KEY to ${new URL(other.url).origin}.`);
    expect(refused.stderr).not.toContain('OPENAI_API_KEY to');
    const [ownKeys, otherKeys] = [keysAt(own), keysAt(other)];
    const given = ['--actor-base-url', own.url, '--refiner-base-url', other.url];
    expect(await asked([...words, ...given], environment)).toMatchObject({ code: 0, stderr: '' });
    ownKeys();
    expect([otherKeys()]).toEqual([new Set(['Bearer sk-of-the-refiner-2'])]);
  });

  test('a run drawn from one that is not known is no better known', async () => {
    await copy('theirs', 'source');
    const words = ['replay', 'source', '--votes', '9', '--draw-missing'];
    const { HOME = '', ...withKeys } = at('home-of-replay');
    expect(await asked([...words, '--output', 'keyless'], { HOME })).toMatchObject({ stderr: '' });
    const environment = { HOME, ...withKeys };
    expect(await asked(['resume', 'keyless'], environment)).toMatchObject({ code: 1 });
    const drawn = [...words, '--output', 'drawn', '--trust'];
    expect(await asked(drawn, environment)).toMatchObject({ stderr: '' });
    expect(await asked(['resume', 'drawn'], environment)).toMatchObject({ code: 0, stderr: '' });
  });

  test('pairs go into no dataset that the folder names', async () => {
    // Rules alone: nothing is sent.
    const rows = ['Hello, my friend, how are you?', 'Well, I am at home.'].map((response) =>
      JSON.stringify({ instruction: 'Do not use any commas.', response }),
    );
    await writeFile(join(spar.folder, 'rows.jsonl'), `${rows.join('\n')}\n`);
    const pairs = join(spar.folder, 'own.spar.jsonl');
    const words = ['run', '--input', 'rows.jsonl', '--output', 'into', '--limit', '1', '--dataset', pairs];
    expect(await asked(words, at('home'))).toMatchObject({ code: 0, stderr: '' });
    const profile = join(spar.folder, 'profile');
    await writeFile(profile, 'of the person\n');
    await changed('into', 'into-other', [pairs, profile]);
    const resume = ['resume', 'into-other', '--limit', '2'];
    const refused = await asked(resume, at('home'));
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(
      `It would add its pairs to “${profile}”. If that is right, add --trust.\n`,
    );
    expect(await readFile(profile, 'utf8')).toBe('of the person\n');
    const { length } = await readFile(pairs, 'utf8');
    expect(await asked(['resume', 'into', '--limit', '2'], at('home'))).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect((await readFile(pairs, 'utf8')).length).toBeGreaterThan(length);
  });

  test.runIf(process.platform !== 'win32')('no link out of the folder is followed', async () => {
    await copy('theirs', 'linked');
    const notes = join(spar.folder, 'notes');
    await writeFile(notes, 'of the person\n');
    await rm(join(spar.folder, 'linked', 'problems.jsonl'));
    await symlink(notes, join(spar.folder, 'linked', 'problems.jsonl'));
    const { HOME = '' } = at('home-of-links');
    const refused = await asked(['resume', 'linked', '--limit', '2'], { HOME });
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(
      'It would follow the link “problems.jsonl”. If that is right, add --trust.',
    );
    expect(await readFile(notes, 'utf8')).toBe('of the person\n');
    expect(await asked(['resume', 'linked', '--limit', '2', '--trust'], { HOME })).toMatchObject({
      code: 0,
    });
  });

  test('where nothing can be remembered, each time is asked for', async () => {
    await mkdir(join(spar.folder, 'full-home'));
    // No folder can be made there.
    await writeFile(join(spar.folder, 'full-home', '.local'), '');
    await copy('theirs', 'forgotten');
    const words = ['resume', 'forgotten', '--limit', '2'];
    expect(await asked([...words, '--trust'], at('full-home'))).toMatchObject({ code: 0, stderr: '' });
    expect(await asked(words, at('full-home'))).toMatchObject({ code: 1 });
    expect(await asked(words, { OPENAI_API_KEY: key })).toMatchObject({ code: 1 });
  });
});

interface Settings {
  readonly settings: { readonly source: { readonly refiner: { baseUrls: readonly string[] } } };
}

async function readSettings(folder: string): Promise<Settings> {
  return JSON.parse(await readFile(join(spar.folder, folder, 'settings.json'), 'utf8')) as Settings;
}
