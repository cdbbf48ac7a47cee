import type { StepFault } from "../../../domain/connection.ts";
import { hostAndPort } from "../../../ports/loopback.ts";
import type { TcpProblem } from "../../../ports/tcp.ts";
import type { IbAddress } from "../wire/client.ts";

/** Where the settings of the API are, in both programs. */
const API_SETTINGS = "In TWS open **File, Global Configuration, API, Settings**; in IB Gateway " +
  "**Configure, Settings, API, Settings**.";

const PORTS =
  "Compare **Socket port** there with **--ib-port**: TWS has 7496 live and 7497 paper, " +
  "IB Gateway 4001 live and 4002 paper.";

const TRUSTED = "Under **Trusted IPs** add the address of this machine (127.0.0.1 when both run " +
  "on one), untick **Allow connections from localhost only** for another one, then choose **OK**.";

const AGAIN = "Test again here; the desk also tries by itself.";

function refused(address: string): StepFault {
  return {
    headline: `nothing listens at ${address}`,
    cause: "The machine answers and says that no program has this port. TWS or IB Gateway does " +
      "not run, is not logged in yet, has its API switched off, or listens on another port.",
    remedy: [
      "Start TWS or IB Gateway and log in.",
      API_SETTINGS,
      "In TWS tick **Enable ActiveX and Socket Clients**; IB Gateway has it on always.",
      PORTS,
    ],
  };
}

function unknownHost({ host }: IbAddress): StepFault {
  return {
    headline: `no machine is named ${host}`,
    cause: "The network knows no address for this name.",
    remedy: [
      "Correct **--ib-host**, or give the address in numbers.",
      "Leave it out when TWS runs on this machine: 127.0.0.1 is the default.",
    ],
  };
}

function unreachable(address: string): StepFault {
  return {
    headline: `${address} does not answer`,
    cause: "No answer came at all: the machine is off, in another network, or a firewall drops " +
      "what comes to this port.",
    remedy: [
      "See that the machine runs and that **--ib-host** is its address.",
      "Let its firewall accept this port from this machine, and from nobody else: TWS asks for " +
      "no password.",
    ],
  };
}

/** Why the port is not reached. */
export function portFault(problem: TcpProblem, address: IbAddress): StepFault {
  const text = hostAndPort(address.host, address.port);
  switch (problem) {
    case "refused":
      return refused(text);
    case "unknownHost":
      return unknownHost(address);
    case "unreachable":
      return unreachable(text);
  }
}

/** The port is open and nobody greets. */
export const SILENT: StepFault = {
  headline: "the API does not answer",
  cause: "The port is open and the greeting stays without an answer. TWS shows a prompt for an " +
    "address that it does not trust and waits for you, or it hangs, or another program has the " +
    "port.",
  remedy: [
    "Look at the screen of TWS or IB Gateway and answer what it asks.",
    API_SETTINGS,
    TRUSTED,
    "Restart TWS or IB Gateway when it does not react.",
  ],
};

/** The port is open and the connection is closed right away. */
export const DROPPED: StepFault = {
  headline: "TWS refuses this machine",
  cause: "The connection was closed right after the greeting. That happens when socket clients " +
    "are switched off, or when the address of this machine is not trusted.",
  remedy: [
    API_SETTINGS,
    "In TWS tick **Enable ActiveX and Socket Clients**.",
    TRUSTED,
    AGAIN,
  ],
};

/** The version of the protocol is not one of ours (503, 505, 506). */
export const OTHER_VERSION: StepFault = {
  headline: "TWS speaks another version of its API",
  cause: "The versions have none in common that this desk knows (157 to 193), or what answers is " +
    "not TWS.",
  remedy: [
    "See that **--ib-port** is the port of TWS or IB Gateway.",
    "Update TWS or IB Gateway; the stable version is enough.",
    "Look for a newer version of the desk.",
  ],
};

/** Another program has the client id (326, 507). */
export function clientIdFault({ clientId }: IbAddress): StepFault {
  return {
    headline: `client id ${clientId} is used by another program`,
    cause: "Every program that uses the same TWS needs a client id of its own. A connection of " +
      "this desk that broke is held by TWS for some seconds, too.",
    remedy: [
      "Wait half a minute: the desk tries again by itself.",
      "Close the other program, or start the desk with another number: **--ib-client-id 17**.",
    ],
  };
}

/** The handshake is done and TWS does not become ready. */
export const NOT_READY: StepFault = {
  headline: "TWS is not ready",
  cause: "It greets and then tells neither its accounts nor an order id: it is still logging in, " +
    "waits for the second factor, or restarts.",
  remedy: ["Look at its screen and finish the login.", AGAIN],
};

/** TWS itself has no connection to IB (1100, 2110). */
export const NO_SERVERS: StepFault = {
  headline: "TWS has no connection to Interactive Brokers",
  cause: "TWS answers and has lost the servers of IB: it is logged out, the internet is gone, or " +
    "it is the nightly reset (in America about 23:45 to 01:45 New York, Friday longer). What TWS " +
    "tells now may be incomplete, so it is not loaded.",
  remedy: [
    "Wait during the reset: TWS comes back by itself, and so does the desk.",
    "Look at TWS: does it ask for a login, or say that the same user logged in elsewhere?",
  ],
};

/** The login has no account. */
export const NO_ACCOUNT: StepFault = {
  headline: "TWS tells no account",
  cause: "The login is there and has no account that the API may see.",
  remedy: [
    "See that the login of TWS is the one of the account, and that the account is open.",
    "For a second user: give it access to the account in Client Portal, **Users & Access Rights**.",
  ],
};

/** Asked for positions, TWS is silent. */
export const NO_POSITIONS: StepFault = {
  headline: "TWS does not tell its positions",
  cause: "The list of positions was asked for and did not end.",
  remedy: [
    "Wait while TWS loads after its login, then test again here.",
    "Restart TWS or IB Gateway; give it more memory when it holds many positions (4096 MB).",
  ],
};

/** Details of a contract are refused, or do not come. `what`: the contract; `why`: IB's words. */
export function contractFault(what: string, why: string | null): StepFault {
  return {
    headline: `no contract details of ${what}`,
    cause: why === null
      ? "They were asked for and did not come. IB's farm for contract definitions may be broken."
      : `IB answered: ${why}.`,
    remedy: [
      "Wait a minute: farms come back by themselves.",
      "See in TWS whether the contract opens there.",
    ],
  };
}
