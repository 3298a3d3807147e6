/** Bytes for a person: `1.2 MB`. */
export function sizeWords(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB'];
  const unit = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const size = bytes / 1000 ** unit;
  return `${size >= 10 || unit === 0 ? Math.round(size) : size.toFixed(1)} ${units[unit] ?? ''}`;
}
