using CaBridge.Contracts.V1;

namespace CaBridge.Server.Ingest;

/// <summary>What <c>Hello</c> may say, as capture.proto has it.</summary>
internal static class HelloRules
{
    private const int MinIdLength = 16;
    private const int MaxIdLength = 64;
    private const int MaxNameLength = 128;
    private const int MaxTextLength = 1024;
    private const int MaxInterfaces = 1024;

    /// <returns>What is wrong, naming the field; null if nothing is.</returns>
    /// <param name="first">The first message of a stream.</param>
    public static string? Fault(PacketBatch first)
    {
        var hello = first.Hello;
        if (hello is null)
        {
            return "hello is missing: the first message of a stream carries it";
        }

        if (first.Sequence != 0 || first.CapturedLengths.Count > 0 || first.Data.Length > 0)
        {
            return "the message with hello must have no packets, and no sequence";
        }

        if (hello.SessionId.Length is < MinIdLength or > MaxIdLength || hello.SessionId.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter != '-'))
        {
            return $"hello.session_id must be {MinIdLength} to {MaxIdLength} letters, digits and hyphens";
        }

        if (hello.Sensor.Length is 0 or > MaxNameLength || hello.Sensor.Any(char.IsControl))
        {
            return $"hello.sensor must be 1 to {MaxNameLength} printable characters";
        }

        if (hello.Interfaces.Count > MaxInterfaces)
        {
            return $"hello.interfaces must have at most {MaxInterfaces} entries";
        }

        return hello.Agent.Length > MaxTextLength || hello.Selection.Length > MaxTextLength
            ? $"hello.agent and hello.selection must be at most {MaxTextLength} characters long"
            : null;
    }
}
