namespace CaBridge.Extcap.Contract;

/// <summary>The controls that Wireshark's interface toolbar shows while it captures.</summary>
internal static class Toolbar
{
    public const byte Pv = 0;
    public const byte MinimumLatency = 1;
    public const byte Pause = 2;
    public const byte Log = 3;
    public const byte Help = 4;

    public static IEnumerable<string> Controls() =>
    [
        Sentence.Of("control", ("number", Number(Pv)), ("type", "string"), ("display", "PV"), ("tooltip", "Only packets about PVs whose names match"), ("placeholder", "LINAC:*")),
        Sentence.Of(
            "control",
            ("number", Number(MinimumLatency)),
            ("type", "string"),
            ("display", "Slower than"),
            ("tooltip", "Only replies that took at least so long"),
            ("placeholder", "20ms"),
            ("validation", ExtcapOptions.LatencyPattern)),
        Sentence.Of("control", ("number", Number(Pause)), ("type", "boolean"), ("display", "Pause"), ("default", "false"), ("tooltip", "Nothing is shown meanwhile, but all is still analyzed, and sent")),
        Sentence.Of("control", ("number", Number(Log)), ("type", "button"), ("role", "logger"), ("display", "Log"), ("tooltip", "What happened to devices, sensors and the server")),

        // not in the role of help: that button opens no page of this host
        Sentence.Of("control", ("number", Number(Help)), ("type", "button"), ("display", "Help"), ("tooltip", "What the comments mean")),
    ];

    private static string Number(byte control) => ArgumentDefinition.Number(control);
}
