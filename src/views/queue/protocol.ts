/** What the page of a review queue and its host say to each other. All texts that the host sends are fit to be shown. */

import type { CheckView, PairView } from '../datasets/editor/protocol';

export const orders = ['disagreement', 'interference', 'chance', 'input', 'audit'] as const;

export interface Order {
  readonly by: (typeof orders)[number];
  readonly seed: number;
  readonly unknownFirst: boolean;
}

/** What a page keeps of its queue, so that a later window can take it up. */
export interface KeptQueue {
  /** Path of the dataset. */
  readonly file: string;
  readonly order: Order;
  /** The record that was shown; null: none. */
  readonly id: string | null;
}

/** What the person wants of the pair that they see. */
export type Decision =
  | { readonly status: 'rejected' }
  | { readonly status: 'accepted'; readonly undone: readonly number[] }
  | { readonly status: 'accepted'; readonly text: string };

export type Request =
  | { readonly type: 'ready' }
  | {
      readonly type: 'decide';
      readonly id: string;
      readonly decision: Decision;
      /** The person was told what the text breaks, and wants it. */
      readonly anyway: boolean;
    }
  /** What the text without some changes comes to. */
  | { readonly type: 'mixture'; readonly id: string; readonly undone: readonly number[] }
  /** The text itself, for editing. */
  | { readonly type: 'text'; readonly id: string; readonly undone: readonly number[] }
  | { readonly type: 'go'; readonly to: 'next' | 'previous' | 'again' }
  | { readonly type: 'undo' }
  | { readonly type: 'order'; readonly order: Order }
  | { readonly type: 'whole'; readonly id: string }
  | { readonly type: 'open'; readonly id: string; readonly what: 'source' | 'line' };

export interface StateMessage {
  readonly type: 'state';
  /** Path of the dataset. */
  readonly file: string;
  readonly order: Order;
  /** For example `12 of 240 · 83 % accepted · about 9 min left`. */
  readonly progress: string;
  /** Share of the way that is done, 0 to 1. */
  readonly share: number;
  readonly pair: PairView | null;
  /** True where the pair differs in places that can be kept or undone one by one. */
  readonly hasChanges: boolean;
  /** What the person is told of the pair, for example that it was decided on elsewhere. */
  readonly notice: string;
  readonly canUndo: boolean;
  readonly canGoBack: boolean;
  /** What is said where there is no pair to show. */
  readonly end: { readonly title: string; readonly words: string; readonly canBegin: boolean } | null;
  /** What has just been done, for a screen reader; empty where nothing was. */
  readonly said: string;
}

export type Response =
  | StateMessage
  | {
      readonly type: 'mixture';
      readonly id: string;
      readonly undone: readonly number[];
      readonly checks: readonly CheckView[];
    }
  | { readonly type: 'text'; readonly id: string; readonly text: string }
  /** Nothing was decided: the words say why. */
  | { readonly type: 'refused'; readonly id: string; readonly words: string; readonly canInsist: boolean };
