using System.Globalization;
using CaBridge.Analysis.Connections;
using CaBridge.Analysis.Text;

namespace CaBridge.Cli.Rendering;

/// <summary>How channels came to their first value: where the time went by server and client, and the slowest as bars.</summary>
internal sealed class ConnectionText(TextWriter output, TextStyle style)
{
    private const int BarWidth = 24;
    private const int ShownHosts = 10;
    private const int ShownConnections = 20;
    private const string Legend = "bar: ░ search back-off, ▒ network, █ server, · client";

    /// <summary>By <see cref="ConnectionWait"/>.</summary>
    private const string Marks = "░▒█·";

    public void WriteSummary(ConnectionTable connections)
    {
        if (connections.Count == 0)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine(style.Heading("Where the time went, from the first search to the first value"));
        output.WriteLine();
        WriteSummary("server", connections.ByServer(), withPort: true);
        output.WriteLine();
        WriteSummary("client", connections.ByClient(), withPort: false);
        output.WriteLine();
        foreach (var server in connections.ByServer().Take(ShownHosts).Where(server => server.MaximumNanoseconds > 0))
        {
            var longest = server.Longest;
            output.WriteLine(
                $"{Name(server, withPort: true)}: {DurationUnit.Text((double)server[longest] / server.Count)} of {DurationUnit.Text(server.MeanNanoseconds)} on average were {Words(longest)}{(longest == ConnectionWait.Network && server.RoundTrip is { } way ? $" (round trip {DurationUnit.Text(way.Nanoseconds)})" : "")}");
        }
    }

    /// <param name="top">As many of the slowest, but no fewer than fit a page.</param>
    public void WriteSlowest(ConnectionTable connections, int top)
    {
        var slowest = connections.Slowest();
        if (slowest.Count == 0)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine(style.Heading($"Slowest connections ({Legend})"));
        var shown = slowest.Take(Math.Max(top, ShownConnections)).ToList();
        var unit = DurationUnit.For(shown[shown.Count / 2].Total.Nanoseconds);
        var table = new TextTable(["PV", "client", "server", $"total [{unit.Symbol}]", "", "tries", "searching", "connecting", "creating", "value", ""], 1, 2, 4, 10) { Flexible = 0 };
        foreach (var connection in shown)
        {
            table.Add(
                ForeignText.Word(connection.Pv.Text),
                connection.Client.AddressText(),
                connection.Server.ToString(),
                unit.Number(connection.Total.Nanoseconds, DurationUnit.Decimals),
                Bar(connection, slowest[0].Total.Nanoseconds),
                connection.Tries.ToString(CultureInfo.InvariantCulture),
                Sum(connection, unit, ConnectionStage.SearchRetries, ConnectionStage.SearchReply),
                Sum(connection, unit, ConnectionStage.BeforeConnect, ConnectionStage.Version),
                Sum(connection, unit, ConnectionStage.BeforeCreate, ConnectionStage.CreateReply),
                Sum(connection, unit, ConnectionStage.BeforeRequest, ConnectionStage.FirstValue),
                Remark(connection));
        }

        table.Write(output, style);
        if (connections.Count > shown.Count)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"… and {connections.Count - shown.Count:N0} more (--top for more, --format json for those that are kept)"));
        }
    }

    /// <summary>What was waited for, as the time went, in proportion to the slowest.</summary>
    private static string Bar(in ChannelConnection connection, long slowest)
    {
        var cells = slowest == 0 ? 0 : (int)Math.Max(1, Math.Round((double)BarWidth * connection.Total.Nanoseconds / slowest));
        Span<char> bar = stackalloc char[BarWidth];
        for (var cell = 0; cell < cells; cell++)
        {
            bar[cell] = Marks[(int)WaitAt(connection, (long)((cell + 0.5) * connection.Total.Nanoseconds / cells))];
        }

        return bar[..cells].ToString();
    }

    /// <summary>Who or what was waited for when so much of the time had gone; of a stage, the way comes first.</summary>
    private static ConnectionWait WaitAt(in ChannelConnection connection, long nanoseconds)
    {
        var stage = ConnectionStage.SearchRetries;
        var start = 0L;
        while (stage < ConnectionStage.FirstValue && nanoseconds >= start + connection.Stages[(int)stage])
        {
            start += connection.Stages[(int)stage];
            stage++;
        }

        return nanoseconds < start + connection.Networks[(int)stage] ? ConnectionWait.Network : stage switch
        {
            ConnectionStage.SearchRetries => ConnectionWait.SearchBackoff,
            ConnectionStage.SearchReply or ConnectionStage.AccessRights or ConnectionStage.CreateReply or ConnectionStage.FirstValue => ConnectionWait.Server,
            _ => ConnectionWait.Client,
        };
    }

    private static string Sum(in ChannelConnection connection, DurationUnit unit, ConnectionStage first, ConnectionStage last)
    {
        var sum = 0L;
        for (var stage = first; stage <= last; stage++)
        {
            sum += connection.Stages[(int)stage];
        }

        return unit.Number(sum, DurationUnit.Decimals);
    }

    private static string Remark(in ChannelConnection connection)
    {
        var result = connection.Result switch
        {
            ConnectionResult.Value => "",
            ConnectionResult.Created => "no value",
            ConnectionResult.Refused => "refused",
            _ => "not created",
        };
        return connection.Without is { } without
            ? $"{result}{(result.Length > 0 ? ", " : "")}again, after {DurationUnit.Text(without.Nanoseconds)} without"
            : result;
    }

    private static string Words(ConnectionWait wait) => wait switch
    {
        ConnectionWait.SearchBackoff => "search retries",
        ConnectionWait.Network => "the network",
        ConnectionWait.Server => "the server",
        _ => "the client itself",
    };

    private static string Name(ConnectionSummary summary, bool withPort) =>
        summary.Host == default ? "(other)" : withPort ? summary.Host.ToString() : summary.Host.AddressText();

    private void WriteSummary(string heading, IReadOnlyList<ConnectionSummary> summaries, bool withPort)
    {
        var unit = DurationUnit.For(summaries[summaries.Count / 2].MeanNanoseconds);
        var table = new TextTable(
            [heading, "channels", "again", $"mean [{unit.Symbol}]", $"max [{unit.Symbol}]", "search back-off", "network", "server", "client"]);
        foreach (var summary in summaries.Take(ShownHosts))
        {
            table.Add(
                Name(summary, withPort),
                summary.Count.ToString("N0", CultureInfo.InvariantCulture),
                summary.Reconnections.ToString("N0", CultureInfo.InvariantCulture),
                unit.Number(summary.MeanNanoseconds, DurationUnit.Decimals),
                unit.Number(summary.MaximumNanoseconds, DurationUnit.Decimals),
                Share(summary, ConnectionWait.SearchBackoff),
                Share(summary, ConnectionWait.Network),
                Share(summary, ConnectionWait.Server),
                Share(summary, ConnectionWait.Client));
        }

        table.Write(output, style);
        if (summaries.Count > ShownHosts)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"… and {summaries.Count - ShownHosts:N0} more"));
        }
    }

    private static string Share(ConnectionSummary summary, ConnectionWait wait) =>
        summary.TotalNanoseconds == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * summary[wait] / summary.TotalNanoseconds:F1} %");
}
