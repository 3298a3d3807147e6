/** One plain sentence about what is being done now, so that nobody waits before a silent screen. */
export function say(/** @type {string} */ sentence) {
  console.log(`» ${sentence}`);
}

/** A reason to stop that the reader can act on; it is shown without a stack. */
export class Unmet extends Error {
  /** @override */
  name = 'Unmet';
}

/**
 * Runs a script's main function; an `Unmet` becomes its message and exit code 1.
 * @param {() => Promise<number | void>} main
 */
export async function runScript(main) {
  try {
    const code = await main();
    if (code !== undefined) process.exitCode = code;
  } catch (error) {
    console.error(error instanceof Unmet ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}

/**
 * `12 s`, `3 min 5 s`
 * @param {number} milliseconds
 */
export function duration(milliseconds) {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
