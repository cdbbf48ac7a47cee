export {
  allowedOrigin,
  ENDPOINTS,
  type Endpoints,
  type TastytradeEnvironment,
} from "../../../settings/tastytrade_addresses.ts";
