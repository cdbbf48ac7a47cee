/** A chart of Chart.js, made by its `auto` entry. */
export interface ChartJsChart {
  readonly data: { readonly datasets: { data: { x: number; y: number }[] }[] };
  update(mode: "none"): void;
}

/** `chart.js/auto`. */
export interface ChartJsModule {
  readonly default: new (canvas: HTMLCanvasElement, config: unknown) => ChartJsChart;
}

/** A chart of ECharts. */
export interface EChartsChart {
  setOption(option: unknown): void;
}

/** `echarts`. */
export interface EChartsModule {
  init(host: HTMLElement, theme: null, options: unknown): EChartsChart;
}

/** A series of lightweight-charts; times in seconds. */
export interface LightweightSeries {
  setData(points: readonly { readonly time: number; readonly value: number }[]): void;
  update(point: { readonly time: number; readonly value: number }): void;
  data(): readonly { readonly time: number; readonly value: number }[];
}

/** `lightweight-charts`. */
export interface LightweightModule {
  readonly LineSeries: unknown;
  createChart(host: HTMLElement, options: unknown): {
    addSeries(kind: unknown, options: unknown): LightweightSeries;
    timeScale(): { fitContent(): void };
  };
}

/** Modules that their scripts left in the page, by package name. */
export interface PagePeers {
  readonly "chart.js": ChartJsModule;
  readonly echarts: EChartsModule;
  readonly "lightweight-charts": LightweightModule;
}

/** A peer's module; throws when its script is not in the page. */
export function peerOf<Name extends keyof PagePeers>(name: Name): PagePeers[Name] {
  const peers: Partial<PagePeers> = Reflect.get(globalThis, "peers") ?? {};
  const peer = peers[name];
  if (peer === undefined) throw new Error(`${name} is not in the page`);
  return peer;
}
