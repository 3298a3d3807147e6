import * as vscode from 'vscode';
import type { Disposable } from './emitter';
import { redact } from './redact';

/** SPaR's output channel. Every line passes the redaction. */
export class Log implements Disposable {
  private readonly channel = vscode.window.createOutputChannel('SPaR', { log: true });

  info(message: string): void {
    this.channel.info(redact(message));
  }

  warn(message: string): void {
    this.channel.warn(redact(message));
  }

  /** With the stack and the causes, redacted. */
  error(message: string, cause?: unknown): void {
    this.channel.error(redact([message, ...causesOf(cause)].join('\n')));
  }

  show(): void {
    this.channel.show(true);
  }

  dispose(): void {
    this.channel.dispose();
  }
}

function causesOf(error: unknown): readonly string[] {
  const lines: string[] = [];
  let current = error;
  for (let depth = 0; depth < 5 && current !== undefined && current !== null; depth += 1) {
    lines.push(current instanceof Error ? (current.stack ?? current.message) : textOf(current));
    current = current instanceof Error ? current.cause : undefined;
  }
  return lines;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
