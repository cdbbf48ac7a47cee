/** A colour role in both themes, `#rrggbb`: light, dark. */
export type RolePair = readonly [string, string];

/** Colour roles of a token sheet: the first `light-dark()` pair of each `--c-…` property. */
export function rolePairs(css: string): ReadonlyMap<string, RolePair> {
  const pairs = new Map<string, RolePair>();
  const pattern = /--c-([\w-]+):\s*light-dark\((#\w{6}),\s*(#\w{6})\)/g;
  for (const [, name, light, dark] of css.matchAll(pattern)) {
    if (!pairs.has(name)) pairs.set(name, [light, dark]);
  }
  return pairs;
}

/** Linear RGB of a colour, 0 to 1. Source: WCAG 2.2, relative luminance. */
function linear(hex: string): readonly number[] {
  return [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
}

/** Contrast of two colours, 1 to 21. Source: WCAG 2.2, contrast ratio. */
export function contrast(a: string, b: string): number {
  const [x, y] = [a, b].map((hex) => {
    const [red, green, blue] = linear(hex);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }).sort((p, q) => q - p);
  return (x + 0.05) / (y + 0.05);
}

/** Kinds of colour blindness, full severity, linear RGB. Source: Machado et al. 2009. */
export const EYES = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
} as const;

/** OKLab of linear RGB. Source: Ottosson 2020. */
function oklab([red, green, blue]: readonly number[]): readonly number[] {
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** OKLab distance of two colours as a kind of eye sees them. */
export function seenDistance(a: string, b: string, eye: keyof typeof EYES): number {
  const [x, y] = [a, b].map((hex) => {
    const color = linear(hex);
    const seen = EYES[eye].map((row) =>
      Math.min(1, Math.max(0, row[0] * color[0] + row[1] * color[1] + row[2] * color[2]))
    );
    return oklab(seen);
  });
  return Math.hypot(...x.map((value, i) => value - y[i]));
}
