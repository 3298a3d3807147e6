import { setTimeout } from 'node:timers/promises';
import * as vscode from 'vscode';
import { conflictCommands } from './commands/conflictCommands';
import { constraintCommands } from './commands/constraintCommands';
import { checkCommands } from './commands/checkCommands';
import { datasetCommands } from './commands/datasetCommands';
import { datasetModelCommands } from './commands/datasetModelCommands';
import { decisionCommands } from './commands/decisionCommands';
import { lintCommands } from './commands/lintCommands';
import { queueCommands } from './commands/queueCommands';
import { registerCommands } from './commands/register';
import { reviewCommands } from './commands/reviewCommands';
import { runReportCommands } from './commands/runReportCommands';
import { runCommands } from './commands/runCommands';
import { searchCommands } from './commands/searchCommands';
import { setupCommands } from './commands/setupCommands';
import { statisticsCommands } from './commands/statisticsCommands';
import { versionCommands } from './commands/versionCommands';
import { tableCommands } from './commands/tableCommands';
import { webviews } from './contributions';
import { watchClosedFolders } from './editor/closedFolders';
import { readConfiguration } from './editor/configuration';
import { ContextKeys } from './editor/contextKeys';
import { DatasetFiles } from './editor/datasets/datasetFiles';
import { fileSummaries } from './editor/datasets/fileSummaries';
import { LateTexts } from './editor/datasets/lateTexts';
import { Summaries } from './editor/datasets/summaries';
import { watchStored } from './editor/datasets/watchStored';
import { ownDataset } from './editor/datasets/ownDataset';
import { Errors } from './editor/errors';
import { Homes } from './editor/homes';
import { Log } from './editor/log';
import { Keys } from './editor/models/keys';
import { SessionStore } from './editor/sessions';
import { FileJournals } from './editor/sessions/fileJournals';
import { FilePairs } from './editor/sessions/filePairs';
import { createModelEngine } from './editor/sessions/modelEngine';
import type { SessionItem } from './editor/sessions/session';
import { createProblems } from './editor/sessions/problems';
import { openPrompts } from './editor/prompts';
import { watchSettings } from './editor/settingProblems';
import type { ChatModel } from './spar/models/chatModel';
import { LateChecking } from './views/checking/lateChecking';
import { DatasetsView } from './views/datasets/list/datasetsView';
import { LateDatasetEditor } from './views/datasets/editor/lateDatasetEditor';
import { LateLint } from './views/lint/lateLint';
import { LateQueue } from './views/queue/lateQueue';
import { RefinementsView } from './views/refinements/refinementsView';
import { LateReports } from './views/report/lateReports';
import { LateReview } from './views/review/lateReview';
import { LateRuns } from './views/runs/lateRuns';
import { StatusBar } from './views/statusBar';
import { LateVersions } from './views/versions/lateVersions';

/** Builds and wires what the extension is made of; everything it makes is disposed with the context. */
export function activate(context: vscode.ExtensionContext): void {
  const log = new Log();
  const errors = new Errors(log);
  const homes = new Homes(context);
  const files = new DatasetFiles(homes);
  const notes = { everywhere: context.globalState, here: context.workspaceState };
  const keys = new Keys({ secrets: context.secrets, ...notes });
  const openModel = async (): Promise<ChatModel | null> =>
    (await import('./editor/models/chosenModel')).openChosenModel(keys);
  const engine = createModelEngine({
    openModel,
    prompts: () => openPrompts(homes),
    settings: () => readConfiguration(),
  });
  const withOwnVerifiers = async (item: SessionItem): Promise<SessionItem> =>
    (await import('./editor/ownVerifiers')).withOwnVerifiers(item, { homes, errors });
  const store = new SessionStore({
    engine,
    journals: new FileJournals({
      homeOf: (document) => homes.of(document),
      homes: () => homes.all(),
      note: (message, cause) => errors.note(message, cause),
    }),
    pairs: new FilePairs({
      open: async (file) => (await import('./spar/datasets/store')).DatasetFile.open(file),
      datasetOf: (document) => ownDataset(document) ?? homes.of(document).datasetFile,
      relativePath: (document) => homes.relativePath(document),
      others: async () => (await files.look()).map(({ file }) => file),
      refusedChanges: (document) =>
        readConfiguration(document === null ? undefined : vscode.Uri.parse(document)).refusedChanges,
      note: (message, cause) => errors.note(message, cause),
    }),
    problems: createProblems(errors),
    clock: () => new Date(),
    shown: () => setTimeout(50),
    nonce: () => crypto.randomUUID().slice(0, 8),
  });
  const view = new RefinementsView(store);
  const review = new LateReview(store, { layout: () => readConfiguration().reviewLayout });
  const checking = new LateChecking({
    homes,
    ownItem: async (document) => (await review.load()).itemIn(document),
    tell: (message) => void errors.showNotice(message),
  });
  const summaries = new Summaries(fileSummaries(context.storageUri?.fsPath ?? null));
  const datasets = new DatasetsView({ files, summaries });
  const reportPorts = {
    extensionUri: context.extensionUri,
    note: (message: string, cause: unknown) => errors.note(message, cause),
  };
  const statistics = new LateReports({
    viewType: webviews.statistics,
    load: async () => (await import('./views/statistics/statisticsPanels')).statisticsPanels(reportPorts),
  });
  const runReports = new LateReports({
    viewType: webviews.runReport,
    load: async () => (await import('./views/runReport/runReportPanels')).runReportPanels(reportPorts),
  });
  const lint = new LateLint({ files, note: (message, cause) => errors.note(message, cause) });
  const versions = new LateVersions(context.extensionUri);
  const queue = new LateQueue({
    extension: context.extensionUri,
    cacheFolder: context.storageUri?.fsPath ?? null,
    notes: context.workspaceState,
    showError: (error) => void errors.show(error),
    tell: (message) => void errors.showNotice(message),
    refusedChanges: (file) => readConfiguration(file).refusedChanges,
  });
  const tables = new LateDatasetEditor({
    extension: context.extensionUri,
    cacheFolder: context.storageUri?.fsPath ?? null,
    showError: (error) => void errors.show(error),
    tell: (message) => void errors.showNotice(message),
    findings: {
      report: (file) => lint.report(file),
      lint: async (file, options) => {
        lint.keepLooking(file);
        return (await lint.load()).lint(file, options);
      },
      onDidLint: lint.onDidLint,
    },
  });
  const texts = new LateTexts();
  const runs = new LateRuns({
    homes,
    errors,
    keys,
    notes: notes.here,
    everywhere: notes.everywhere,
  });
  const candidates = { store, selection: () => view.selection, active: () => review.current() };
  const selectedLines = (): readonly unknown[] => view.selectedLines;
  const selectModel = async (): Promise<boolean> =>
    (await import('./editor/models/selectModel')).selectModel({ keys, notes: notes.everywhere });
  context.subscriptions.push(
    log,
    store,
    view,
    review,
    checking,
    files,
    summaries,
    datasets,
    statistics,
    runReports,
    lint,
    versions,
    queue,
    tables,
    texts,
    runs,
    new StatusBar(store),
    new ContextKeys(store, files),
    watchClosedFolders({ store, errors }),
    watchStored({ files, homes, errors, notes: notes.everywhere }),
    watchSettings(errors),
    registerCommands(
      {
        ...searchCommands({
          store,
          candidates,
          selectedLines,
          errors,
          selectModel,
          withOwnVerifiers,
          show: (session) => view.show(session),
        }),
        ...constraintCommands({
          store,
          selectedLines,
          show: (session, id) => view.showConstraint(session, id),
          openModel,
          selectModel,
          note: (message) => errors.note(message),
        }),
        ...conflictCommands({ store, show: ({ session, path }) => view.show(session, path) }),
        ...decisionCommands({
          store,
          candidates,
          errors,
          wanted: async ({ session, path }) =>
            (await review.load()).acceptOptions({ sessionId: session.id, path }),
          review: async ({ session, path }) => {
            await (await review.load()).openReview(session.id, path);
            await view.show(session, path);
          },
        }),
        ...reviewCommands({ review, candidates }),
        ...checkCommands({ checking, errors, homes }),
        ...statisticsCommands({ statistics, files, homes, errors }),
        ...runReportCommands({ reports: runReports, homes, errors }),
        ...lintCommands({ lint, files, homes, errors }),
        ...versionCommands({ versions, files, homes, errors }),
        ...queueCommands({ queue, files, homes }),
        ...tableCommands(tables),
        ...runCommands(runs),
        ...datasetCommands({
          files,
          homes,
          errors,
          texts: () => texts.load(),
          showFilter: async (file, filter) => (await tables.load()).showFiltered(file, filter),
        }),
        ...datasetModelCommands({ store, engine, errors, withOwnVerifiers }),
        ...setupCommands({
          extension: { id: context.extension.id, uri: context.extensionUri },
          keys,
          log,
          selectModel,
        }),
      },
      errors,
    ),
  );
}
