import { describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main';
import { version } from '../../../package.json';
import { FakeTerminal } from './fakeTerminal';

async function run(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const terminal = new FakeTerminal();
  const code = await main(args, terminal);
  expect(terminal.listenerCount).toBe(0);
  return { code, stdout: terminal.stdout.text, stderr: terminal.stderr.text };
}

describe('main', () => {
  it('lists its commands', async () => {
    const help = await run('--help');
    expect(help).toEqual({
      code: 0,
      stdout: expect.stringMatching(/Usage: spar COMMAND.*\n {2}refine +Refine one/s) as string,
      stderr: '',
    });
    expect(await run('-h')).toEqual(help);
    expect(await run('help')).toEqual(help);
  });

  it('tells its version', async () => {
    expect(await run('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('asks for a command', async () => {
    expect(await run()).toEqual({
      code: 2,
      stdout: '',
      stderr: 'spar: say what to do. Run “spar --help” for the list.\n',
    });
    expect(await run('frobnicate')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'spar: there is no command “frobnicate”. Run “spar --help” for the list.\n',
    });
  });

  it('explains refine', async () => {
    const { code, stdout } = await run('refine', '--help');
    expect(code).toBe(0);
    expect(stdout).toContain('Usage: spar refine --instruction FILE --response FILE [options]');
    expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });

  it('answers wrong usage with 2 and no output', async () => {
    expect(await run('refine', '--instruction', 'a', '--response', 'b', '--json', '--gate', '2')).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'spar refine: --gate must be a number from 0 and below 1. Run “spar refine --help” for what it takes.\n',
    });
  });
});
