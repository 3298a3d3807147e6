/** Every id that `package.json` and the code share; a unit test holds the two together. Nothing else here. */

export const commands = {
  refineResponse: 'spar.refineResponse',
  judgeResponse: 'spar.judgeResponse',
  checkResponse: 'spar.checkResponse',
  showConstraints: 'spar.showConstraints',
  stop: 'spar.stop',
  resume: 'spar.resume',
  refineFurther: 'spar.refineFurther',
  accept: 'spar.accept',
  reject: 'spar.reject',
  undoDecision: 'spar.undoDecision',
  openReview: 'spar.openReview',
  openDiff: 'spar.openDiff',
  openDiffWithParent: 'spar.openDiffWithParent',
  openAllAsDiffs: 'spar.openAllAsDiffs',
  nextPending: 'spar.nextPending',
  previousPending: 'spar.previousPending',
  keepChange: 'spar.keepChange',
  undoChange: 'spar.undoChange',
  keepAllChanges: 'spar.keepAllChanges',
  undoAllChanges: 'spar.undoAllChanges',
  nextChange: 'spar.nextChange',
  previousChange: 'spar.previousChange',
  nextCandidate: 'spar.nextCandidate',
  showCritique: 'spar.showCritique',
  toggleReviewLayout: 'spar.toggleReviewLayout',
  removeSearch: 'spar.removeSearch',
  searchAgain: 'spar.searchAgain',
  addConstraint: 'spar.addConstraint',
  editConstraint: 'spar.editConstraint',
  switchConstraint: 'spar.switchConstraint',
  removeConstraint: 'spar.removeConstraint',
  proposeConstraints: 'spar.proposeConstraints',
  showConflicts: 'spar.showConflicts',
  restoreConstraints: 'spar.restoreConstraints',
  selectModel: 'spar.selectModel',
  setApiKey: 'spar.setApiKey',
  clearApiKey: 'spar.clearApiKey',
  openLog: 'spar.openLog',
  openSample: 'spar.openSample',
  openDataset: 'spar.openDataset',
  openAsTable: 'spar.openAsTable',
  openAsPairs: 'spar.openAsPairs',
  filterRecords: 'spar.filterRecords',
  openOwnVerifiers: 'spar.openOwnVerifiers',
  openWalkthrough: 'spar.openWalkthrough',
  createDataset: 'spar.createDataset',
  renameDataset: 'spar.renameDataset',
  mergeDataset: 'spar.mergeDataset',
  deleteDataset: 'spar.deleteDataset',
  restoreDataset: 'spar.restoreDataset',
  emptyTrash: 'spar.emptyTrash',
  moveDatasetIntoFolder: 'spar.moveDatasetIntoFolder',
  revealDataset: 'spar.revealDataset',
  copyDatasetPath: 'spar.copyDatasetPath',
  openDatasetAsText: 'spar.openDatasetAsText',
  copyRecords: 'spar.copyRecords',
  moveRecords: 'spar.moveRecords',
  showStatistics: 'spar.showStatistics',
  refreshStatistics: 'spar.refreshStatistics',
  saveStatistics: 'spar.saveStatistics',
  openRunReport: 'spar.openRunReport',
  refreshRunReport: 'spar.refreshRunReport',
  saveRunReport: 'spar.saveRunReport',
  exportDataset: 'spar.exportDataset',
  importDataset: 'spar.importDataset',
  rejudgeRecords: 'spar.rejudgeRecords',
  refineRecords: 'spar.refineRecords',
  lintDataset: 'spar.lintDataset',
  fixFindings: 'spar.fixFindings',
  fixFinding: 'spar.fixFinding',
  compareDataset: 'spar.compareDataset',
  compactDataset: 'spar.compactDataset',
  startRun: 'spar.startRun',
  pauseRun: 'spar.pauseRun',
  resumeRun: 'spar.resumeRun',
  retryRun: 'spar.retryRun',
  changeRunLimits: 'spar.changeRunLimits',
  openRunPairs: 'spar.openRunPairs',
  openRunResults: 'spar.openRunResults',
  reviewRunPairs: 'spar.reviewRunPairs',
  revealRun: 'spar.revealRun',
  deleteRun: 'spar.deleteRun',
  restoreRun: 'spar.restoreRun',
  reviewPending: 'spar.reviewPending',
} as const;

export const viewContainer = 'spar';

export const views = {
  refinements: 'spar.refinements',
  datasets: 'spar.datasets',
  runs: 'spar.runs',
} as const;

/** Types of webview panels. */
export const webviews = {
  statistics: 'spar.statistics',
  runReport: 'spar.runReport',
  versions: 'spar.versions',
  queue: 'spar.queue',
} as const;

/** Types of custom editors. */
export const customEditors = {
  /** Datasets as tables of pairs. */
  dataset: 'spar.dataset',
  /** Rows of other files as pairs to read. */
  pairs: 'spar.pairs',
} as const;

export const contextKeys = {
  /** There is a dataset in the workspace. */
  hasDatasets: 'spar.hasDatasets',
  /** A search is running. */
  searching: 'spar.searching',
  /** At least one candidate waits for a decision. */
  hasPending: 'spar.hasPending',
  /** The active editor is the inline review. */
  inReview: 'spar.inReview',
  /** The active editor is a candidate's editable side in the diff review. */
  inDiffReview: 'spar.inDiffReview',
  /** A model has been chosen. */
  hasModel: 'spar.hasModel',
  /** A search was stopped, or is left for want of a model, and can go on. */
  canResume: 'spar.canResume',
  /** A person has changed the constraints of a search that does not run. */
  constraintsChanged: 'spar.constraintsChanged',
} as const;

/** URI schemes of documents that SPaR makes. */
export const schemes = {
  /** Read-only texts of nodes, for diffs. */
  node: 'spar-node',
  /** Candidates as editable files in memory. */
  candidate: 'spar-candidate',
  /** Inline review documents with tracked changes. */
  review: 'spar-review',
} as const;

/** Read-only documents that show what a command would do. They are not restored with the window. */
export const previewScheme = 'spar-preview';

/** Setting names below `spar.`. */
export const settings = {
  modelKind: 'model.kind',
  editorModel: 'model.editorModel',
  endpointBaseUrl: 'endpoint.baseUrl',
  endpointModel: 'endpoint.model',
  endpointHeaders: 'endpoint.headers',
  endpointConcurrency: 'endpoint.concurrency',
  endpointTimeout: 'endpoint.timeout',
  prices: 'prices',
  algorithm: 'search.algorithm',
  branchFactor: 'search.branchFactor',
  beamWidth: 'search.beamWidth',
  depth: 'search.depth',
  votes: 'search.votes',
  voting: 'search.voting',
  gate: 'search.gate',
  askWhenVerified: 'search.askWhenVerified',
  auditShare: 'search.auditShare',
  stop: 'search.stop',
  selection: 'search.selection',
  seed: 'search.seed',
  nodeBudget: 'search.nodeBudget',
  tokenBudget: 'search.tokenBudget',
  costBudget: 'search.costBudget',
  timeBudget: 'search.timeBudget',
  datasetFolder: 'datasets.folder',
  datasetName: 'datasets.name',
  refusedChanges: 'datasets.refusedChanges',
  reviewLayout: 'review.layout',
  reviewWriteBack: 'review.writeBack',
  diagnosticsEnabled: 'diagnostics.enabled',
  lintEnabled: 'lint.enabled',
  lintProfile: 'lint.profile',
  lintCutoff: 'lint.cutoff',
  lintTokenizer: 'lint.tokenizer',
  lintEvaluation: 'lint.evaluation',
  lintInterference: 'lint.interference',
  lintSimilarity: 'lint.similarity',
  lintIgnore: 'lint.ignore',
} as const;

export const settingsSection = 'spar';

/** Languages of documents in which instructions and responses are read. */
export const checkedLanguages = [
  'markdown',
  'plaintext',
  'mdx',
  'quarto',
  'rmd',
  'asciidoc',
  'restructuredtext',
  'json',
  'jsonl',
] as const;

/** Of these, what starts the extension: the others are open in nearly every window, and mostly hold no response. */
export const startingLanguages = checkedLanguages.filter(
  (language) => language !== 'plaintext' && language !== 'json',
);

/** A folder in which SPaR was used before. */
export const startingFolder = '.spar';

export const walkthrough = 'spar.start';
