type Child = Node | string | null;

export interface ElementParts {
  readonly class?: string;
  readonly title?: string;
  readonly role?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly onClick?: () => void;
}

/** An element with its children; texts are only ever text, never markup. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  parts: ElementParts,
  children: readonly Child[] = [],
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (parts.class !== undefined) made.className = parts.class;
  if (parts.title !== undefined) made.title = parts.title;
  if (parts.role !== undefined) made.setAttribute('role', parts.role);
  for (const [key, value] of Object.entries(parts.attributes ?? {})) made.setAttribute(key, value);
  if (parts.onClick !== undefined) made.addEventListener('click', parts.onClick);
  made.append(...children.filter((child) => child !== null));
  return made;
}

export interface ButtonParts {
  readonly label: string;
  readonly title?: string;
  readonly class?: string;
  readonly press: () => void;
}

export function button({ label, title, class: name, press }: ButtonParts): HTMLButtonElement {
  const made = element(
    'button',
    { class: name ?? 'button', onClick: press, attributes: { type: 'button' } },
    [label],
  );
  if (title !== undefined) made.title = title;
  return made;
}

/** Fills an element anew, and leaves it alone where it shows that already. */
export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
