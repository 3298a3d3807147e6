import type { Session } from '../editor/sessions/session';

export interface StatusInput {
  readonly model: string;
  readonly running: readonly Session[];
  /** Shown as it stands, for example `USD`; empty without a price. */
  readonly currency: string;
}

/** What the status bar says: the model, or what the running searches have spent and may still spend. */
export function statusText({ model, running, currency }: StatusInput): {
  readonly text: string;
  readonly tooltip: string;
} {
  const name = model.replace(/\$\(/gu, '$ (');
  if (running.length === 0) {
    return {
      text: `$(sparkle) SPaR: ${name}`,
      tooltip: `SPaR uses the model ${name}. Click to select another.`,
    };
  }
  const spent = [tokensOf(running), moneyOf(running, currency)].filter((part) => part !== '').join(' · ');
  const searches = running.length === 1 ? 'A search runs' : `${running.length} searches run`;
  return {
    text: `$(sync~spin) SPaR: ${name} · ${spent}`,
    tooltip: `${searches} with ${name}: ${spent}. Click to show ${running.length === 1 ? 'it' : 'them'}.`,
  };
}

function tokensOf(running: readonly Session[]): string {
  let tokens = 0;
  let limit = 0;
  for (const { tree } of running) {
    tokens += tree.usage.promptTokens + tree.usage.completionTokens;
    limit += tree.settings?.budget.tokens ?? Number.POSITIVE_INFINITY;
  }
  const spent = grouped(tokens);
  return Number.isFinite(limit) ? `${spent} of ${grouped(limit)} tokens` : `${spent} tokens`;
}

/** As `toLocaleString('en')`, whose first call takes 15 ms just when a search begins. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/gu, ',');
}

function moneyOf(running: readonly Session[], currency: string): string {
  const costs = running.flatMap(({ tree }) => (tree.cost === null ? [] : [tree.cost]));
  if (costs.length === 0) return '';
  const sum = costs.reduce((total, cost) => total + cost, 0);
  const budgets = running.map(({ tree }) => tree.settings?.budget.cost ?? Number.POSITIVE_INFINITY);
  const limit = budgets.reduce((total, budget) => total + budget, 0);
  const spent = Number.isFinite(limit) ? `${money(sum)} of ${money(limit)}` : money(sum);
  return currency === '' ? spent : `${spent} ${currency}`;
}

function money(amount: number): string {
  return amount > 0 && amount < 0.01 ? amount.toPrecision(2) : amount.toFixed(2);
}
