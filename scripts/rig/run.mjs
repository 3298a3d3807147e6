import { spawn } from 'node:child_process';

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {Record<string, string | undefined>} [env] added to this process's own
 * @property {boolean} [quiet] keep the output and show it only when the command fails
 * @property {number} [timeout] milliseconds; the command is then ended and counts as failed
 */

/**
 * Runs a command to its end. Never throws: a command that can't be started has code 127.
 * @param {readonly string[]} command
 * @param {RunOptions} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run([file = '', ...args], { cwd, env, quiet = false, timeout } = {}) {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      ...(cwd ? { cwd } : {}),
      env: { ...process.env, ...env },
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
      // Windows starts its .cmd files only through a shell.
      shell: process.platform === 'win32' && /\.cmd$|^(npm|code)$/i.test(file),
      ...(timeout ? { timeout } : {}),
    });
    let output = '';
    child.stdout?.on('data', (chunk) => (output += String(chunk)));
    child.stderr?.on('data', (chunk) => (output += String(chunk)));
    child.on('error', (error) => resolve({ code: 127, output: `${output}${error.message}` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/**
 * npm, the one that runs this script where one does.
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 */
export function npm(args, options) {
  const { npm_execpath: cli } = process.env;
  const command = cli && /npm-cli\.c?js$/.test(cli) ? [process.execPath, cli] : ['npm'];
  return run([...command, ...args], options);
}
