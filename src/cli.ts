import { main } from './cli/main';
import { processTerminal } from './cli/terminal';

const terminal = processTerminal(process);
void main(process.argv.slice(2), terminal).then((code) => terminal.leave(code));
