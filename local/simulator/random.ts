/** Randomness that a seed repeats exactly. */
export interface Random {
  /** At least 0 and below 1. */
  next(): number;
  /** A whole number, at least 0 and below `limit`. */
  below(limit: number): number;
  /** `length` lowercase hexadecimal digits. */
  hex(length: number): string;
  /** A version 4 UUID in lowercase, with dashes. */
  uuid(): string;
  /** Starts the sequence again. */
  restart(): void;
  /** Where in the sequence it is, for `moveTo`. */
  position(): number;
  moveTo(position: number): void;
}

/** Creates a generator (mulberry32) whose sequence follows from `seed` alone. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const random: Random = {
    next() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
    below: (limit) => Math.floor(random.next() * limit),
    hex: (length) => Array.from({ length }, () => random.below(16).toString(16)).join(""),
    uuid() {
      const variant = (8 + random.below(4)).toString(16);
      return `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-${variant}${random.hex(3)}-${random.hex(12)}`;
    },
    restart: () => void (state = seed >>> 0),
    position: () => state,
    moveTo: (position) => void (state = position >>> 0),
  };
  return random;
}
