import { browserProgram } from "../../lib/host/browser.ts";
import { isBundleFresh } from "../../lib/host/client_bundle.ts";
import { alreadyRunningText, findRunningDesk } from "../../lib/host/data_lock.ts";
import { fileBytes } from "../../lib/host/disk_file.ts";
import { environment } from "../../lib/host/environment.ts";
import { isPortAnswering, portTakenText } from "../../lib/host/http_port.ts";
import { realTimers } from "../../lib/host/timers.ts";
import { bindAddress, hostAndPort, LOOPBACK_HOSTS } from "../../lib/ports/loopback.ts";
import type { Settings } from "../../lib/settings/settings.ts";
import { endpointsOf } from "../../lib/settings/tastytrade_settings.ts";
import { STORE_FILES } from "../../lib/store/backup/folder.ts";
import { inspectFile } from "../../lib/store/backup/inspect.ts";
import type { Finding } from "./report.ts";

/** The Deno version that the tests run on, as the two commands of the README name it. */
export const TESTED_DENO = "2.9.6";

function isAtLeast(version: string, wanted: string): boolean {
  const [a, b] = [version, wanted].map((text) => text.split(".").map(Number));
  for (let at = 0; at < b.length; at++) {
    if (a[at] !== b[at]) return a[at] > b[at];
  }
  return true;
}

/** Judges a Deno version. */
export function checkDeno(version: string): Finding {
  const subject = "Deno";
  if (version === TESTED_DENO) return { subject, verdict: "ok", detail: version };
  if (isAtLeast(version, TESTED_DENO)) {
    return { subject, verdict: "not tested", detail: `${version}; tested is ${TESTED_DENO}` };
  }
  const detail = `${version} is too old: run npx -y deno@${TESTED_DENO} task start`;
  return { subject, verdict: "failed", detail };
}

function errorName(error: unknown): string {
  return error instanceof Error ? error.name : String(error);
}

/** Tries to write a file in the data folder; a folder that is not there yet is not created. */
export function checkDataFolder({ dataDirectory }: Settings): Finding {
  const subject = "data folder";
  try {
    if (!Deno.statSync(dataDirectory).isDirectory) {
      const detail = `${dataDirectory} is a file: move it away or name another with --data`;
      return { subject, verdict: "failed", detail };
    }
    Deno.removeSync(Deno.makeTempFileSync({ dir: dataDirectory, prefix: "doctor-" }));
    return { subject, verdict: "ok", detail: `${dataDirectory} can be written` };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      const detail = `${dataDirectory} is not there yet, the first start makes it`;
      return { subject, verdict: "not tested", detail };
    }
    if (error instanceof Deno.errors.NotCapable) {
      const detail = `${dataDirectory}: the doctor itself has no right to write there`;
      return { subject, verdict: "not tested", detail };
    }
    const detail = `${dataDirectory} cannot be written (${errorName(error)}): ` +
      "correct its access rights or name another with --data";
    return { subject, verdict: "failed", detail };
  }
}

/** Reads journal and history whole, changing nothing; the first problem with its way out. */
export function checkRecord({ dataDirectory, mode }: Settings, isRunning: boolean): Finding {
  const subject = "record";
  if (isRunning) return { subject, verdict: "not tested", detail: "the running desk writes to it" };
  const details: string[] = [];
  for (const name of STORE_FILES) {
    if (fileBytes(`${dataDirectory}/${name}`) === null) continue;
    const found = inspectFile(dataDirectory, name);
    if (!found.ok) {
      const detail = `${found.error.message}: ${found.error.fix}`;
      return { subject, verdict: "failed", detail };
    }
    const kept = found.value.stamps.get("mode") ?? "unknown";
    if (kept !== mode) {
      const detail = `${name} holds ${kept} data; this desk is ${mode}: ` +
        "name another folder with --data";
      return { subject, verdict: "failed", detail };
    }
    details.push(`${name} is whole`);
  }
  return details.length === 0
    ? { subject, verdict: "not tested", detail: "there is none yet" }
    : { subject, verdict: "ok", detail: details.join(", ") };
}

/** Whether a desk runs on the data folder now; its address when it has said one. */
export async function checkRunning(
  settings: Settings,
): Promise<Finding & { readonly isRunning: boolean; readonly url: string | null }> {
  const subject = "running desk";
  const running = await findRunningDesk(settings.dataDirectory, realTimers);
  if (running.ok) {
    const detail = "none on this data folder";
    return { subject, verdict: "ok", detail, isRunning: false, url: null };
  }
  if (running.error.code === "unusableFolder") {
    const detail = running.error.message;
    return { subject, verdict: "failed", detail, isRunning: false, url: null };
  }
  const { desk } = running.error;
  const detail = alreadyRunningText(settings.dataDirectory, desk);
  return { subject, verdict: "ok", detail, isRunning: true, url: desk?.url ?? null };
}

/** Opens and closes the port. `runningUrl`: address of the desk that may hold it. */
export function checkPort(settings: Settings, runningUrl: string | null): Finding {
  const subject = "port";
  const { host, port } = settings;
  if (port === 0) return { subject, verdict: "not tested", detail: "any free one is taken" };
  try {
    Deno.listen({ hostname: bindAddress(host), port }).close();
    return { subject, verdict: "ok", detail: `${port} on ${host} is free` };
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) {
      const detail = `cannot listen on ${host} (${errorName(error)}): name another --host`;
      return { subject, verdict: "failed", detail };
    }
    if (runningUrl?.endsWith(`:${port}/`)) {
      return { subject, verdict: "ok", detail: `${port} is held by the running desk` };
    }
    if (settings.isPortExplicit) {
      return { subject, verdict: "failed", detail: portTakenText(settings) };
    }
    return { subject, verdict: "ok", detail: `${port} is in use, a free one will be taken` };
  }
}

/** Whether the next start has to build the pages. */
export function checkBundle(projectDirectory: string): Finding {
  return isBundleFresh(projectDirectory)
    ? { subject: "pages", verdict: "ok", detail: "built from the sources as they are" }
    : { subject: "pages", verdict: "not tested", detail: "the next start builds them" };
}

/** Whether the replay folder is there; its content is not looked at. */
export function checkReplayFolder({ mode, replayDirectory }: Settings): Finding {
  const subject = "replay folder";
  if (replayDirectory === null) {
    return { subject, verdict: "not tested", detail: `the mode is ${mode}` };
  }
  try {
    if (Deno.statSync(replayDirectory).isDirectory) {
      const detail = `${replayDirectory} is there, its content is read by the start`;
      return { subject, verdict: "not tested", detail };
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) {
      const detail = `${replayDirectory} cannot be read (${errorName(error)})`;
      return { subject, verdict: "failed", detail };
    }
  }
  const detail = `${replayDirectory} is no folder: correct --replay`;
  return { subject, verdict: "failed", detail };
}

/** Where brokers are; the desk alone asks them, so that a secret has one place to go. */
export function checkBroker({ tastytrade, ib }: Settings): Finding {
  const subject = "broker";
  const places = [
    ...tastytrade === null ? [] : [`tastytrade at ${endpointsOf(tastytrade).rest}`],
    ...ib === null ? [] : [`TWS at ${hostAndPort(ib.host, ib.port)}, client id ${ib.clientId}`],
  ];
  if (places.length === 0) {
    return { subject, verdict: "not tested", detail: "none is connected in this mode" };
  }
  const detail = `${places.join("; ")}; a running desk tests each step at /connect`;
  return { subject, verdict: "not tested", detail };
}

/** Whether anything has the socket port of TWS; told only where the doctor may look: here. */
export async function checkTws({ ib }: Settings): Promise<readonly Finding[]> {
  if (ib === null) return [];
  const subject = "TWS";
  const place = hostAndPort(ib.host, ib.port);
  if (!LOOPBACK_HOSTS.includes(ib.host)) {
    const detail = `${place} is another machine; /connect of a running desk tests it`;
    return [{ subject, verdict: "not tested", detail }];
  }
  if (await isPortAnswering(ib.host, ib.port)) {
    return [{ subject, verdict: "ok", detail: `something listens at ${place}` }];
  }
  const detail = `nothing listens at ${place}: start TWS or IB Gateway, log in and tick Enable ` +
    "ActiveX and Socket Clients, or name its socket port with --ib-port";
  return [{ subject, verdict: "failed", detail }];
}

/** Whether a browser will be opened; none is opened here. */
export function checkBrowser({ opensBrowser }: Settings): Finding {
  const program = browserProgram({ os: Deno.build.os, environment: environment() });
  const detail = !opensBrowser
    ? "switched off"
    : program === null
    ? "none on this machine; open the address of the ready line yourself"
    : `${program} will be called`;
  return { subject: "browser", verdict: "not tested", detail };
}

/** All checks in the order in which a start meets them. */
export async function runChecks(
  settings: Settings,
  projectDirectory: string,
): Promise<readonly Finding[]> {
  const running = await checkRunning(settings);
  return [
    checkDeno(Deno.version.deno),
    checkReplayFolder(settings),
    checkBroker(settings),
    ...await checkTws(settings),
    checkDataFolder(settings),
    checkRecord(settings, running.isRunning),
    running,
    checkPort(settings, running.url),
    checkBundle(projectDirectory),
    checkBrowser(settings),
  ];
}
