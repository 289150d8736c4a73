namespace CaBridge.Cli;

/// <summary>What the process returns; <c>--help</c> documents these.</summary>
internal static class ExitCode
{
    public const int Success = 0;
    public const int NoChannelAccess = 1;
    public const int Usage = 2;
    public const int UnreadableInput = 3;
    public const int UnwritableOutput = 4;
    public const int ServerRefuses = 5;
    public const int WiresharkFault = 6;
    public const int Findings = 7;
    public const int GotSlower = 8;

    public const string Help =
        """
        Exit codes:
          0  something of Channel Access was found
          1  the input was read and has nothing of Channel Access
          2  the command line is wrong, or a file that an option names cannot be used
          3  an input cannot be read, or is damaged; what could be read is answered
             (a tail that the end of the recording cut is no damage: 0, and a line
             on standard error)
          4  the output cannot be written
          5  the server cannot be reached, refuses, or did not take all packets
          6  'wireshark' could not install or remove everything, or its doctor found a fault
          7  'analyze --fail-on' found something of that severity, or above
          8  'compare --fail-on slower': something got significantly slower
          130, 143  ended by Ctrl+C, by SIGTERM; of a pipe, what was read is answered
        """;
}
