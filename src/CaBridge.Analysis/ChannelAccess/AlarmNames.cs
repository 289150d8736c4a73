using System.Globalization;

namespace CaBridge.Analysis.ChannelAccess;

/// <summary>Alarm conditions and severities (EPICS Base <c>alarm.h</c>), without their prefix or suffix; an unknown one gives its number.</summary>
public static class AlarmNames
{
    private static readonly string[] Statuses =
    [
        "NO_ALARM", "READ", "WRITE", "HIHI", "HIGH", "LOLO", "LOW", "STATE", "COS", "COMM", "TIMEOUT", "HWLIMIT", "CALC", "SCAN", "LINK",
        "SOFT", "BAD_SUB", "UDF", "DISABLE", "SIMM", "READ_ACCESS", "WRITE_ACCESS",
    ];

    private static readonly string[] Severities = ["NO_ALARM", "MINOR", "MAJOR", "INVALID"];

    /// <summary><c>HIHI</c>: what is wrong.</summary>
    public static string Status(ushort status) => status < Statuses.Length ? Statuses[status] : status.ToString(CultureInfo.InvariantCulture);

    /// <summary><c>MAJOR</c>: how bad it is.</summary>
    public static string Severity(ushort severity) =>
        severity < Severities.Length ? Severities[severity] : severity.ToString(CultureInfo.InvariantCulture);
}
