/** True minus, one digit wide in the desk's typeface. */
export const MINUS = "\u2212";
/** Narrow no-break space between a figure and its unit. */
export const THIN = "\u202f";
/** What stands in the place of an absent value. */
export const DASH = "\u2014";
/** Multiplication sign of ratios. */
export const TIMES = "\u00d7";
