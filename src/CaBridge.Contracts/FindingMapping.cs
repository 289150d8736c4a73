using CaBridge.Analysis.Findings;

namespace CaBridge.Contracts;

/// <summary>Findings, to and from <see cref="V1.Finding"/>.</summary>
public static class FindingMapping
{
    /// <param name="sensor">Who saw it.</param>
    public static V1.Finding ToMessage(this Finding finding, string sensor)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return new V1.Finding
        {
            Key = finding.Key,
            Id = finding.Kind.Id(),
            Severity = finding.Severity.ToMessage(),
            Title = finding.Title,
            Pvs = { finding.Pvs },
            PvCount = finding.PvCount,
            Servers = { finding.Servers.Select(endpoint => endpoint.HostOrEndpointText()) },
            Clients = { finding.Clients.Select(endpoint => endpoint.HostOrEndpointText()) },
            Count = finding.Count,
            First = finding.First.ToTimestamp(),
            Last = finding.Last.ToTimestamp(),
            Frames = { finding.Frames },
            Confidence = (V1.FindingConfidence)((int)finding.Confidence + 1),
            InGap = finding.InGap,
            Advice = finding.Advice,
            Details = { finding.Details },
            Open = finding.IsOpen,
            Sensor = sensor,
        };
    }

    /// <exception cref="FormatException">It tells of something that is not known here.</exception>
    public static Finding ToFinding(this V1.Finding message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return new Finding
        {
            Key = message.Key,
            Kind = FindingNames.TryParse(message.Id, out var kind)
                ? kind
                : throw new FormatException($"The server tells of a finding that is not known here: {message.Id}."),
            Severity = message.Severity.ToSeverity() ?? throw new FormatException($"The server tells of a severity that is not known here: {message.Severity}."),
            Title = message.Title,
            Pvs = message.Pvs,
            PvCount = message.PvCount,
            Servers = [.. message.Servers.Select(ReportReading.EndpointOf)],
            Clients = [.. message.Clients.Select(ReportReading.EndpointOf)],
            Count = message.Count,
            First = message.First?.ToCaptureTime() ?? default,
            Last = message.Last?.ToCaptureTime() ?? default,
            Frames = message.Frames,
            Confidence = (FindingConfidence)Math.Clamp((int)message.Confidence - 1, (int)FindingConfidence.Low, (int)FindingConfidence.High),
            InGap = message.InGap,
            Advice = message.Advice,
            Details = message.Details,
            IsOpen = message.Open,
        };
    }

    /// <remarks>The message's numbers are one more, as 0 is "not specified" there.</remarks>
    public static V1.FindingSeverity ToMessage(this FindingSeverity severity) => (V1.FindingSeverity)((int)severity + 1);

    /// <returns>Null for one that is not specified, or unknown.</returns>
    public static FindingSeverity? ToSeverity(this V1.FindingSeverity severity) =>
        severity is >= V1.FindingSeverity.Info and <= V1.FindingSeverity.Error ? (FindingSeverity)((int)severity - 1) : null;
}
