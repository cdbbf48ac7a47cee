/** Version of the product; part of the stream's hello and of every export. */
export const VERSION = "0.1.0";
