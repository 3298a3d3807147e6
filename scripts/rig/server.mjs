import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * @typedef {object} ServerOptions
 * @property {string} node Node.js 24
 * @property {string} workbench the folder that holds `out/server-main.js`
 * @property {string} home an own folder for user data, server data and, by default, extensions
 * @property {string} [extensions] a folder with unpacked or linked extensions
 * @property {number} [port] default: a free one
 * @property {string} [token] what a browser must name to be let in; without it any local process is let in
 * @property {boolean} [trust] ask whether the workspace is trusted; default false: every workspace is
 * @property {boolean} [testDriver] honour the test payload in the page's address
 * @property {Record<string, string>} [env] for the extension host
 *
 * @typedef {object} Server
 * @property {string} origin for example `http://127.0.0.1:40001`
 * @property {() => string} output all it has printed
 * @property {Promise<void>} ended
 * @property {() => Promise<void>} stop
 */

/**
 * Starts VS Code's server on the loopback interface; resolves when it answers.
 * @param {ServerOptions} options
 * @returns {Promise<Server>}
 */
export async function startServer({
  node,
  workbench,
  home,
  extensions,
  port = 0,
  token,
  trust,
  testDriver,
  env,
}) {
  const extensionsDir = extensions ?? join(home, 'extensions');
  for (const folder of [join(home, 'user'), join(home, 'server'), extensionsDir]) {
    await mkdir(folder, { recursive: true });
  }
  const child = spawn(
    node,
    [
      join(workbench, 'out', 'server-main.js'),
      ...['--host', '127.0.0.1', '--port', String(port)],
      ...(token ? ['--connection-token', token] : ['--without-connection-token']),
      ...['--accept-server-license-terms', '--disable-telemetry'],
      ...(trust ? [] : ['--disable-workspace-trust']),
      ...(testDriver ? ['--enable-smoke-test-driver'] : []),
      ...['--user-data-dir', join(home, 'user'), '--server-data-dir', join(home, 'server')],
      ...['--extensions-dir', extensionsDir],
    ],
    {
      cwd: workbench,
      env: { ...process.env, NODE_OPTIONS: '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that the extension hosts end with it.
      detached: process.platform !== 'win32',
    },
  );
  const stopAtExit = () => endGroup(child, 'SIGKILL');
  process.once('exit', stopAtExit);
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => child.once('close', () => resolve()));
  void ended.then(() => process.off('exit', stopAtExit));

  let output = '';
  /** @type {number} */
  const listening = await new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      endGroup(child, 'SIGKILL');
      reject(new Error(`The server did not start within 60 s.\n${output}`));
    }, 60_000);
    const read = (/** @type {Buffer} */ chunk) => {
      output += chunk.toString();
      const heard = /Extension host agent listening on (\d+)/.exec(output);
      if (!heard) return;
      clearTimeout(late);
      resolve(Number(heard[1]));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    void ended.then(() => {
      clearTimeout(late);
      reject(new Error(`The server ended before it answered.\n${output}`));
    });
  });

  return {
    origin: `http://127.0.0.1:${listening}`,
    output: () => output,
    ended,
    stop: async () => {
      endGroup(child, 'SIGTERM');
      const hard = setTimeout(() => endGroup(child, 'SIGKILL'), 3000);
      await ended;
      clearTimeout(hard);
    },
  };
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function endGroup(child, signal) {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}
