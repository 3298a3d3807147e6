import { rootPath, type Judgement } from '../../spar/search/events';
import type { Session } from '../../editor/sessions/session';
import { describeNode, describeSession } from './describe';

/** Longest critique or reflection shown, in UTF-16 units; the review shows all of it. */
const longest = 4000;

/** A node's tooltip as Markdown that is safe to show: nothing in it links, loads or runs. */
export function nodeTooltip(session: Session, path: string): string {
  const node = session.tree.nodes.get(path);
  const head = describeNode(session, path);
  const parts = [`**${harmlessMarkdown(head.label)}** — ${harmlessMarkdown(head.description)}`];
  const broken = node?.node?.checks.flatMap(({ constraint, result }) =>
    result.state === 'broken'
      ? [`- ✗ ${harmlessMarkdown(constraint.text)}: ${harmlessMarkdown(result.message)}`]
      : [],
  );
  if (broken !== undefined && broken.length > 0) parts.push(broken.join('\n'));
  if (node?.judgement?.by === 'votes') parts.push(voteWords(node.judgement));
  if (node?.failure != null) parts.push(harmlessMarkdown(node.failure.reason));
  if (node?.node != null && node.node.reflection !== '')
    parts.push('**How it was made**', cut(node.node.reflection));
  const judgement = node?.judgement ?? null;
  // The rules' critique says what the checks above it say already.
  if (judgement !== null && judgement.by !== 'rules' && judgement.critique !== '')
    parts.push('**Critique**', cut(judgement.critique));
  const interference = node?.node?.interference ?? null;
  if (path !== rootPath && interference !== null) {
    parts.push(
      `${Math.round(interference * 100)} % of the changed words were not needed by a broken constraint.`,
    );
  }
  return parts.join('\n\n');
}

function voteWords({ yes, no, notDrawn, unparsed }: Judgement): string {
  const drawn = yes + no;
  return [
    `${yes} of ${drawn} ${drawn === 1 ? 'vote says' : 'votes say'} that it follows the instruction.`,
    ...(notDrawn === 0
      ? []
      : [
          `${notDrawn} more ${notDrawn === 1 ? 'was' : 'were'} not needed: no outcome could have changed this.`,
        ]),
    ...(unparsed === 0
      ? []
      : [`${unparsed} ${unparsed === 1 ? 'reply' : 'replies'} held no verdict and did not count.`]),
  ].join(' ');
}

export function sessionTooltip(session: Session): string {
  const { tree } = session;
  const parts = [
    `**${harmlessMarkdown(session.title)}**`,
    harmlessMarkdown(describeSession(session).description),
  ];
  if (tree.outcome !== null) parts.push(harmlessMarkdown(tree.outcome.reason));
  parts.push(`Model: ${tree.model === null ? 'offline (rules only)' : harmlessMarkdown(tree.model)}`);
  if (tree.unchecked.length > 0) {
    parts.push(
      '**Not checked by code**',
      tree.unchecked
        .slice(0, 10)
        .map((text) => `- ${harmlessMarkdown(text)}`)
        .join('\n'),
    );
  }
  return parts.join('\n\n');
}

/**
 * Text of a model's or a file's as Markdown in which lists, headings and emphasis still work, while links,
 * images, HTML, code and bare addresses are shown as the characters they are.
 */
export function harmlessMarkdown(text: string): string {
  return text
    .replace(/[\\`~[\]<>|]/gu, (character) =>
      character === '<' ? '&lt;' : character === '>' ? '&gt;' : `\\${character}`,
    )
    .replace(/&(?!(?:lt|gt);)/gu, '&amp;')
    .replace(/(https?|ftp|file|mailto|command|vscode)(?=:)/giu, '$1\u200b')
    .replace(/www\./giu, 'www\u200b.')
    .replace(/@/gu, '@\u200b')
    .replace(/!(?=\\\[)/gu, '\\!')
    .replace(/^(?: {4,}|\t+)/gmu, '   ');
}

function cut(text: string): string {
  return harmlessMarkdown(text.length <= longest ? text : `${text.slice(0, longest)}…`);
}
