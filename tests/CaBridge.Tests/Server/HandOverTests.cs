using System.Text.RegularExpressions;
using CaBridge.Contracts.V1;
using CaBridge.Tests.Captures;

namespace CaBridge.Tests.Server;

/// <summary>A server that is told to stop while all are busy with it, and the one that follows.</summary>
[TestFixture, Parallelizable]
internal sealed partial class HandOverTests
{
    private const int Agents = 3;
    private const int Rounds = 5;

    /// <summary>Bytes that come when the first server is gone.</summary>
    private const int Rest = 100_000;

    [Test]
    public async Task Each_packet_is_counted_by_one_of_two_servers()
    {
        var frames = GoldenCapture.Named("catime").Frames;
        var bytes = CaptureBytes.Pcap([.. Enumerable.Repeat(frames, Rounds).SelectMany(round => round)]).ToArray();
        using var first = new ServerProgram(0, "--Logging:LogLevel:CaBridge=Information");
        using var asked = first.Open();
        using var viewer = new CaptureService.CaptureServiceClient(asked).Subscribe(new SubscribeRequest());
        using var watcher = new AnalysisService.AnalysisServiceClient(asked).WatchTransactions(new WatchTransactionsRequest());
        using var latency = new AnalysisService.AnalysisServiceClient(asked).WatchLatency(new WatchLatencyRequest());
        var agents = Enumerable.Range(0, Agents).Select(number => first.StartAgent(readsInput: true, "-r", "-", "--all", "--sensor", Name(number))).ToList();
        try
        {
            var isStopped = new TaskCompletionSource();
            var feeding = agents.Select(agent => Task.Run(async () =>
            {
                agent.Input.Write(bytes, 0, bytes.Length - Rest);
                await isStopped.Task;
                agent.Input.Write(bytes, bytes.Length - Rest, Rest);
                agent.Input.Close();
            })).ToList();
            for (var number = 0; number < Agents; number++)
            {
                first.WaitForSensor(Name(number), sensor => sensor.LastSequence >= 2);
            }

            var (exitCode, took) = first.Program.Terminate();
            Assert.That(exitCode, Is.Zero, first.Program.Text);
            Assert.That(took.TotalSeconds, Is.LessThan(10));
            Assert.That(first.Program.Text, Does.Not.Contain("   at ").And.Not.Contain("fail:"));

            isStopped.SetResult();
            using var second = new ServerProgram(first.Port);
            await Task.WhenAll(feeding);
            Assert.That(agents.Select(agent => agent.WaitForExit()), Has.All.Zero, string.Join('\n', agents.Select(agent => agent.Text)));
            var taken = first.Program.WaitFor(TakenIn(), Agents).ToDictionary(
                match => match.Groups["sensor"].Value, match => long.Parse(match.Groups["packets"].ValueSpan), StringComparer.Ordinal);
            var sensors = Enumerable.Range(0, Agents).Select(number => second.FindSensor(Name(number))!).ToList();
            Assert.That(sensors.Select(sensor => taken[sensor.Name] + sensor.Packets), Has.All.EqualTo((long)frames.Count * Rounds));
            Assert.That(sensors.Select(sensor => sensor.Packets), Has.All.Positive);
            Assert.That(sensors.Select(sensor => sensor.BatchesMissing), Has.All.Zero);
        }
        finally
        {
            agents.ForEach(agent => agent.Dispose());
        }
    }

    private static string Name(int number) => $"busy{number}";

    [GeneratedRegex("Sensor (?<sensor>busy[0-9]) disconnected: .* (?<packets>[0-9]+) packets taken in", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex TakenIn();
}
