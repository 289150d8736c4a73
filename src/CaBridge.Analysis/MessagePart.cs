using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Analysis;

/// <summary>A message of which only the beginning has come.</summary>
/// <param name="Pv">Null where the circuit does not tell.</param>
public readonly record struct MessagePart(CaCommand Command, PvName? Pv);
