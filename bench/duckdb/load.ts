import { createRequire } from "node:module";

/** A result of DuckDB, column by column. */
export interface DuckDbReader {
  getColumns(): readonly (readonly unknown[])[];
}

/** A connection to DuckDB. */
export interface DuckDbConnection {
  run(sql: string): Promise<unknown>;
  runAndReadAll(sql: string): Promise<DuckDbReader>;
  createAppender(table: string): Promise<DuckDbAppender>;
  closeSync(): void;
}

/** Appends rows to a table. */
export interface DuckDbAppender {
  appendBigInt(value: bigint): void;
  appendDouble(value: number): void;
  endRow(): void;
  closeSync(): void;
}

/** `@duckdb/node-api`. */
export interface DuckDbModule {
  readonly DuckDBInstance: {
    create(path: string): Promise<{ connect(): Promise<DuckDbConnection>; closeSync(): void }>;
  };
}

const INSTALL_LIMIT_MS = 60_000;
const HERE = new URL("./", import.meta.url);

/**
 * Installs DuckDB by npm at its locked version into a folder and loads it; its engine is a package
 * of the platform, which Deno's own resolver wants for every platform. Says why it cannot be had.
 */
export async function loadDuckDb(
  folder: string,
): Promise<{ readonly module: DuckDbModule } | { readonly why: string }> {
  for (const name of ["package.json", "package-lock.json"]) {
    await Deno.copyFile(new URL(name, HERE), `${folder}/${name}`);
  }
  try {
    const { success, stderr } = await new Deno.Command("npm", {
      args: ["install", "--ignore-scripts", "--no-audit", "--no-fund"],
      cwd: folder,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
      signal: AbortSignal.timeout(INSTALL_LIMIT_MS),
    }).output();
    if (!success) {
      const lines = new TextDecoder().decode(stderr).split("\n");
      return { why: lines.find((line) => line.includes("error")) ?? "npm install failed" };
    }
    const module: DuckDbModule = createRequire(`${folder}/`)("@duckdb/node-api");
    return { module };
  } catch (error) {
    return { why: error instanceof Error ? error.message.split("\n")[0] : String(error) };
  }
}
