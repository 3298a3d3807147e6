import type { Disposable } from '../emitter';
import type { VirtualTexts } from './virtualTexts';

/** The documents of previews, registered when first used. */
export class LateTexts implements Disposable {
  private loaded: Promise<VirtualTexts> | null = null;

  load(): Promise<VirtualTexts> {
    return (this.loaded ??= import('./virtualTexts').then(({ VirtualTexts }) => new VirtualTexts()));
  }

  dispose(): void {
    void this.loaded?.then((texts) => texts.dispose());
  }
}
