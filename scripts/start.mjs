/**
 * npm start [-- --port N] [--fresh] [--web]
 *
 * On a fresh clone too: fetches what is missing, builds, and opens a copy of the sample workspace with the
 * extension in a VS Code: the desktop one where there is one (or one can be downloaded) and a display, else
 * the web workbench on a loopback port, whose address it prints. Ctrl+C stops all.
 *
 * `--fresh` starts with a new copy of the samples; `--web` takes the web workbench in any case.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installDependencies, node24 } from './rig/dependencies.mjs';
import { downloadedVSCode, hasDisplay, installedCode } from './rig/desktop.mjs';
import { installLinks } from './rig/installLinks.mjs';
import { quietSettings } from './rig/page.mjs';
import { asUrlPath, cacheFolder, checkoutName, root } from './rig/places.mjs';
import { run } from './rig/run.mjs';
import { runScript, say, Unmet } from './rig/say.mjs';
import { startServer } from './rig/server.mjs';
import { webWorkbench } from './rig/workbench.mjs';

const usualPort = 8471;
const opener = join(root, 'scripts', 'start', 'opener');

await runScript(async () => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      fresh: { type: 'boolean', default: false },
      web: { type: 'boolean', default: false },
    },
  });
  const home = process.env['SPAR_START_HOME'] ?? join(cacheFolder(), `start-${checkoutName()}`);
  if (values.fresh) await rm(home, { recursive: true, force: true });

  await installDependencies();
  say('Building the extension …');
  if ((await run([process.execPath, join(root, 'scripts', 'build.mjs')])).code !== 0) {
    throw new Unmet('The build failed; its messages are above.');
  }
  const workspace = join(home, 'samples');
  await cp(join(root, 'samples'), workspace, { recursive: true, force: false });
  say(`The sample workspace is a copy: ${workspace}`);

  if (!values.web && hasDisplay() && (await openDesktop(home, workspace))) return 0;
  return serve(home, workspace, values.port);
});

/**
 * @param {string} home
 * @param {string} workspace
 * @returns {Promise<boolean>} false where no desktop VS Code could be started
 */
async function openDesktop(home, workspace) {
  const installed = await installedCode();
  const executable = installed ?? (await downloadedVSCode());
  if (!executable) return false;
  say('Opening VS Code. Close its window, or press Ctrl+C here, to stop.');
  const own = [
    '--user-data-dir',
    join(home, 'desktop'),
    '--extensions-dir',
    join(home, 'desktop-extensions'),
  ];
  const { code } = await run(
    [
      executable,
      ...['--new-window', '--wait', workspace],
      ...[`--extensionDevelopmentPath=${root}`, `--extensionDevelopmentPath=${opener}`],
      // An installed editor keeps the user's own profile, and with it their language models.
      ...(installed ? [] : [...own, '--disable-workspace-trust', '--skip-release-notes']),
    ],
    { env: { SPAR_START: randomBytes(8).toString('hex') } },
  );
  if (code === 0) return true;
  say('VS Code could not be started here; the web workbench takes its place.');
  return false;
}

/**
 * @param {string} home
 * @param {string} workspace
 * @param {string | undefined} wishedPort
 */
async function serve(home, workspace, wishedPort) {
  const node = await node24();
  const workbench = await webWorkbench();
  const extensions = join(home, 'extensions');
  // Made anew each time, so that it always points at this checkout.
  await rm(extensions, { recursive: true, force: true });
  await installLinks(extensions, [root, opener]);
  const settings = join(home, 'user', 'User', 'settings.json');
  if (!existsSync(settings)) {
    await mkdir(join(settings, '..'), { recursive: true });
    await writeFile(settings, `${JSON.stringify(quietSettings, null, 2)}\n`);
  }

  // Without the token in the address nobody is let in, not even another user of this machine.
  const token = randomBytes(12).toString('hex');
  say("Starting VS Code's web workbench …");
  const server = await startServer({
    ...{ node, workbench, home, extensions, token },
    port: await freePort(wishedPort),
    env: { SPAR_START: token },
  });
  console.log(
    `\nOpen this address in a browser:\n\n  ${server.origin}/?${new URLSearchParams({ folder: asUrlPath(workspace), tkn: token })}\n`,
  );
  console.log('It answers on this machine only (from elsewhere, forward the port). Ctrl+C stops it.');

  const stopping = new Promise((resolve) => {
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
      process.once(signal, resolve);
  });
  const ended = await Promise.race([server.ended.then(() => true), stopping.then(() => false)]);
  if (ended)
    throw new Unmet(
      `The web workbench ended by itself.\n${server.output().split('\n').slice(-20).join('\n')}`,
    );
  say('Stopping …');
  await server.stop();
  return 0;
}

/**
 * The port asked for; else the usual one, since browsers keep layout and secrets by address, unless it is taken.
 * @param {string | undefined} wished
 */
async function freePort(wished) {
  if (wished !== undefined) return Number(wished);
  /** @type {boolean} */
  const taken = await new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: usualPort });
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
  return taken ? 0 : usualPort;
}
