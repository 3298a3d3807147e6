import { hexValue, type JsonBytes } from './jsonBytes';
import type { Take } from './jsonTakes';

export const version: Take = (json) => json.anyNumber() && json.number === 1;

export const isRecordId: Take = (json) => {
  if (!json.text() || json.textEnd - json.textStart !== 40) return false;
  for (let at = json.textStart; at < json.textEnd; at += 1) {
    const byte = json.bytes[at] ?? 0;
    if (hexValue(byte) === -1 || (byte & 0x60) === 0x40) return false;
  }
  return true;
};

/** No text has more code units than bytes. */
export const lineId: Take = (json) => {
  if (!json.text()) return false;
  const length = json.textEnd - json.textStart;
  return length > 0 && length <= 200;
};

/**
 * Milliseconds of a time in UTC that has at most three digits of them, on a day that the month has in every year;
 * NaN for another value.
 */
export function timeOf(json: JsonBytes): number {
  if (!json.text()) return Number.NaN;
  const { bytes, textStart: start, textEnd: end } = json;
  const pair = (at: number): number => digitsOf(bytes, start + at, 2);
  const year = digitsOf(bytes, start, 4);
  const [month, day, hour, minute, second] = [pair(5), pair(8), pair(11), pair(14), pair(17)];
  // Of a year below 100 `Date.UTC` makes one of the twentieth century.
  const isDay = year >= 1000 && month >= 1 && month <= 12 && day >= 1 && day <= (surelyDays[month] ?? 0);
  if (!isDay || !(hour <= 23 && minute <= 59 && second <= 59)) return Number.NaN;
  for (let index = 0; index < marks.length; index += 1) {
    if (bytes[start + 4 + 3 * index] !== marks[index]) return Number.NaN;
  }
  if (bytes[end - 1] !== 0x5a) return Number.NaN;
  const digits = end - start - 21;
  if (digits === -1) return Date.UTC(year, month - 1, day, hour, minute, second);
  if (digits < 1 || digits > 3 || bytes[start + 19] !== 0x2e) return Number.NaN;
  const milliseconds = digitsOf(bytes, start + 20, digits) * 10 ** (3 - digits);
  return Date.UTC(year, month - 1, day, hour, minute, second, milliseconds);
}

const surelyDays = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** Between year, month, day, hour, minute and second. */
const marks = [0x2d, 0x2d, 0x54, 0x3a, 0x3a];

/** NaN where they are no digits. */
function digitsOf(bytes: Uint8Array, at: number, length: number): number {
  let number = 0;
  for (let index = at; index < at + length; index += 1) {
    const digit = (bytes[index] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
}
