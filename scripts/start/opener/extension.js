'use strict';
const vscode = require('vscode');

/** Once for each `npm start`; a reload of the window keeps the editors that were open. */
exports.activate = async (context) => {
  const session = process.env['SPAR_START'] ?? 'desktop';
  if (context.workspaceState.get('opened') === session) return;
  await context.workspaceState.update('opened', session);
  await vscode.commands.executeCommand(
    'workbench.action.openWalkthrough',
    'spar-vscode.spar-refine#spar.start',
    false,
  );
};
