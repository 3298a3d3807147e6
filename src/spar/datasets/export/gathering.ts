/** Gathers bytes in one buffer, and writes them in large pieces. */
export class Gathering {
  private readonly room = Buffer.allocUnsafeSlow(1 << 20);
  private used = 0;
  private written = 0;

  constructor(private readonly write: (bytes: Buffer) => Promise<void>) {}

  /** Of all that was taken. */
  get bytes(): number {
    return this.written + this.used;
  }

  async addBytes(bytes: Buffer): Promise<void> {
    if (!this.hasRoom(bytes.length)) await this.flush();
    if (this.hasRoom(bytes.length)) this.used += bytes.copy(this.room, this.used);
    else await this.put(bytes);
  }

  async flush(): Promise<void> {
    const { used } = this;
    this.used = 0;
    if (used > 0) await this.put(this.room.subarray(0, used));
  }

  private async put(bytes: Buffer): Promise<void> {
    await this.write(bytes);
    this.written += bytes.length;
  }

  private hasRoom(bytes: number): boolean {
    return this.used + bytes <= this.room.length;
  }
}
