using CaBridge.Analysis.Findings;
using CaBridge.Server.Live;

namespace CaBridge.Server.Metrics;

/// <summary>How many findings of one kind and severity there are, each cause once though several sensors see it.</summary>
/// <param name="Open">Now.</param>
/// <param name="Opened">Since the server started.</param>
internal readonly record struct FindingReading(FindingKind Kind, FindingSeverity Severity, long Open, long Opened)
{
    /// <summary>Of every kind and severity, so that a series is there before its first finding.</summary>
    public static IReadOnlyList<FindingReading> Of(FindingTable table)
    {
        var open = table.All.Where(cause => cause.Finding.IsOpen).CountBy(cause => (cause.Finding.Kind, cause.Finding.Severity)).ToDictionary();
        return
        [
            .. from kind in Enum.GetValues<FindingKind>()
               from severity in Enum.GetValues<FindingSeverity>()
               select new FindingReading(kind, severity, open.GetValueOrDefault((kind, severity)), table.OpenedOf(kind, severity)),
        ];
    }
}
