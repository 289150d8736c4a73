using CaBridge.Analysis.Transactions;

namespace CaBridge.Tests.Captures;

/// <summary>The same traffic was recorded as LINUX_SLL, as LINUX_SLL2, and as Ethernet with nanoseconds.</summary>
public sealed class TwinCaptureTests
{
    private const long NanosecondsPerMicrosecond = 1000;

    [Test]
    public void Both_cooked_formats_give_the_same_answers() =>
        Assert.That(GoldenCapture.Named("cooked2").Answers.Lines(), Is.EqualTo(GoldenCapture.Named("cooked1").Answers.Lines()));

    [TestCase("cooked1")]
    [TestCase("cooked2")]
    public void A_cooked_recording_has_the_transactions_of_its_Ethernet_twin_in_microseconds(string cooked)
    {
        var twin = GoldenCapture.Named("nanoseconds").Frames
            .Select(frame => frame with { UnixNanoseconds = frame.UnixNanoseconds / NanosecondsPerMicrosecond * NanosecondsPerMicrosecond });

        Assert.That(
            Difference.Between(CircuitOperationsOf(Answers.OfFrames(twin)), CircuitOperationsOf(GoldenCapture.Named(cooked).Answers)),
            Is.Empty);
    }

    private static IEnumerable<string> CircuitOperationsOf(Answers answers) =>
        (answers with { Transactions = [.. answers.Transactions.Where(transaction => transaction.Operation != Operation.Search)] }).TransactionLines();
}
