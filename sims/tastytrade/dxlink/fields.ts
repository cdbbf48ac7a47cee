/** Event types of the simulator with all their fields, in the order of the specification. */
export const EVENT_FIELDS: Readonly<Record<string, readonly string[]>> = {
  Quote: fields(`sequence timeNanoPart bidTime bidExchangeCode bidPrice bidSize askTime
    askExchangeCode askPrice askSize`),
  Trade: fields(`time timeNanoPart sequence exchangeCode price change size dayId dayVolume
    dayTurnover tickDirection extendedTradingHours`),
  TradeETH: fields(`time timeNanoPart sequence exchangeCode price change size dayId dayVolume
    dayTurnover tickDirection extendedTradingHours`),
  Summary: fields(`dayId dayOpenPrice dayHighPrice dayLowPrice dayClosePrice dayClosePriceType
    prevDayId prevDayClosePrice prevDayClosePriceType prevDayVolume openInterest`),
  Profile: fields(`description shortSaleRestriction tradingStatus statusReason haltStartTime
    haltEndTime highLimitPrice lowLimitPrice high52WeekPrice low52WeekPrice beta earningsPerShare
    dividendFrequency exDividendAmount exDividendDayId shares freeFloat`),
  Greeks: fields(`eventFlags index time sequence price volatility delta gamma theta rho vega`),
  TheoPrice: fields(`eventFlags index time sequence price underlyingPrice delta gamma dividend
    interest`),
  Underlying: fields(`eventFlags index time sequence volatility frontVolatility backVolatility
    callVolume putVolume putCallRatio`),
  Candle: fields(`eventFlags index time sequence count open high low close volume VWAP bidVolume
    askVolume impVolatility openInterest`),
  TimeAndSale: fields(`eventFlags index time timeNanoPart sequence exchangeCode price size bidPrice
    askPrice exchangeSaleConditions tradeThroughExempt aggressorSide spreadLeg
    extendedTradingHours validTick type`),
};

/** SNAPSHOT_BEGIN and its companions, as bits of `eventFlags`. */
export const FLAG = { remove: 0x02, begin: 0x04, end: 0x08, snip: 0x10 } as const;

function fields(own: string): string[] {
  return ["eventType", "eventSymbol", "eventTime", ...own.split(/\s+/)];
}
