declare const brand: unique symbol;

/** A number (or string) that cannot be mixed with another of the same shape. */
export type Brand<T, Name extends string> = T & { readonly [brand]?: Name };

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type UnixMs = Brand<number, "UnixMs">;

/** A calendar date of the exchange, "YYYY-MM-DD". */
export type IsoDate = Brand<string, "IsoDate">;

/** An ISO 4217 currency code, upper case. */
export type Currency = Brand<string, "Currency">;
