import type { CheckState, PairView } from '../editor/protocol';
import { element } from './dom';

const checkMarks: Readonly<Record<CheckState['state'], string>> = {
  held: '✓ held',
  broken: '✗ broken',
  unknown: '? unknown',
  unchecked: '–',
};

export function checks(pair: PairView): HTMLElement | null {
  if (pair.checks.length === 0) return null;
  const cell = ({ state, message }: CheckState): HTMLElement =>
    element('td', { class: state, title: message }, [checkMarks[state]]);
  const rows = pair.checks.map((check) => {
    const messages = [check.rejected, check.chosen]
      .map(({ message }) => message)
      .filter((words) => words !== '');
    return element('tr', {}, [
      element('th', { title: check.type, attributes: { scope: 'row', dir: 'auto' } }, [
        check.text,
        messages.length === 0 ? null : element('div', { class: 'message' }, [messages.join(' · ')]),
      ]),
      cell(check.rejected),
      cell(check.chosen),
    ]);
  });
  const head = element('tr', {}, [
    element('th', { attributes: { scope: 'col' } }, ['Constraint']),
    element('th', { attributes: { scope: 'col' } }, ['Rejected']),
    element('th', { attributes: { scope: 'col' } }, ['Chosen']),
  ]);
  return element('section', { class: 'part' }, [
    element('table', {}, [element('thead', {}, [head]), element('tbody', {}, rows)]),
  ]);
}

export function critique(title: string, text: string): HTMLElement | null {
  if (text === '') return null;
  return element('section', { class: 'part' }, [
    element('h3', {}, [title]),
    element('div', { class: 'text quiet', attributes: { dir: 'auto' } }, [text]),
  ]);
}

export function measures(pair: PairView): HTMLElement {
  const entries = pair.measures.flatMap(([label, value]) => [
    element('dt', {}, [label]),
    element('dd', {}, [value]),
  ]);
  return element('section', { class: 'part' }, [element('h3', {}, ['Measures']), element('dl', {}, entries)]);
}

export function path(pair: PairView): HTMLElement | null {
  if (pair.path.length === 0) return null;
  const steps = pair.path.map(({ path: at, origin, words, reflection }) =>
    element('li', {}, [
      element('span', { class: 'step' }, [origin === 'original' ? 'Original' : `${at} ${origin}`]),
      words === '' ? null : element('span', { class: 'quiet' }, [` · ${words}`]),
      reflection === ''
        ? null
        : element('div', { class: 'text quiet', attributes: { dir: 'auto' } }, [reflection]),
    ]),
  );
  return element('section', { class: 'part' }, [
    element('h3', {}, ['Path through the tree']),
    element('ol', { class: 'path' }, steps),
  ]);
}

export function history(pair: PairView): HTMLElement | null {
  if (pair.history.length === 0) return null;
  const items = pair.history.map((words) => element('li', { attributes: { dir: 'auto' } }, [words]));
  return element('details', { class: 'part' }, [
    element('summary', {}, [`History · ${pair.history.length}`]),
    element('ol', { class: 'history' }, items),
  ]);
}
