using CaBridge.Agent;
using CaBridge.Capture;

namespace CaBridge.Extcap;

/// <summary>The one sentence on standard error that Wireshark shows when a capture fails.</summary>
internal static class Complaint
{
    /// <summary>Whether a failure's message is a sentence for the user.</summary>
    public static bool IsForTheUser(Exception failure) =>
        failure is UsageException or CaptureException or AgentException or IOException or UnauthorizedAccessException;

    public static void Tell(Exception failure) => Console.Error.WriteLine(failure.Message);
}
