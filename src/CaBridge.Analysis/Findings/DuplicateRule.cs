using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis.Findings;

/// <summary>One search, two servers; unless these are one server with several addresses.</summary>
internal sealed class DuplicateRule(FindingLog log, DiagnosisFacts facts, BeaconTable beacons)
{
    /// <summary>Takes a reply to a search that has one already.</summary>
    public void Take(in SearchStep step, Endpoint client, Endpoint server, CaptureTime at, long frame)
    {
        if (step.FirstServer == server || at - step.AnsweredAt > facts.Options.DuplicateWindow)
        {
            return;
        }

        var entry = log.Open(new FindingKey(FindingKind.DuplicatePv, step.Name), step.AnsweredAt, Compose);
        entry.Severity = FindingSeverity.Error;
        entry.AddServer(step.FirstServer);
        entry.AddServer(server);
        entry.AddClient(client.Host);
        entry.AddFrame(step.AnswerFrame);
        entry.See(at, frame);
    }

    /// <summary>The endpoints of an entry are known to be one server's.</summary>
    public bool IsMultiHomed(FindingEntry entry) =>
        entry.Key.Kind == FindingKind.DuplicatePv && entry.Servers.Count > 1 && entry.Servers.TrueForAll(server => beacons.AreOne(server, entry.Servers[0]));

    /// <summary>What the entries of duplicates say that come from servers with several addresses: one for each server.</summary>
    public IEnumerable<FindingEntry> MultiHomed(IEnumerable<FindingEntry> duplicates) =>
        duplicates.GroupBy(entry => beacons.Find(entry.Servers[0])!.Group).Select(Merge);

    private static FindingEntry Merge(IGrouping<Endpoint, FindingEntry> ofServer)
    {
        var entries = ofServer.ToList();
        var merged = new FindingEntry(new FindingKey(FindingKind.MultiHomedServer, Server: ofServer.Key), entries.Min(entry => entry.First), ComposeMultiHomed)
        {
            Severity = FindingSeverity.Info,
        };
        foreach (var entry in entries)
        {
            merged.See(entry.Last, frame: 0, entry.Count);
            entry.Frames.ForEach(merged.AddFrame);
            entry.Pvs.ForEach(merged.AddPv);
            entry.Servers.ForEach(merged.AddServer);
            entry.Clients.ForEach(merged.AddClient);
        }

        return merged;
    }

    private static FindingWords Compose(FindingEntry entry, DiagnosisFacts facts) => new(
        $"{DiagnosisFacts.Pvs(entry)} is served by {DiagnosisFacts.Servers(entry)}: {DiagnosisFacts.Count(entry.Count, "search", "searches")} of {facts.Clients(entry)} got answers of both",
        "Each client takes the server that answers first, so two clients may see different values. Remove the record from one server, or exclude one from the clients' EPICS_CA_ADDR_LIST.");

    private static FindingWords ComposeMultiHomed(FindingEntry entry, DiagnosisFacts facts) => new(
        $"{DiagnosisFacts.Servers(entry)} are one server with several addresses: its beacons have the same id at once; it answers searches for {DiagnosisFacts.Pvs(entry)} from each",
        "Nothing is wrong with the names. If clients warn of duplicates, let the server listen on one network only (EPICS_CAS_INTF_ADDR_LIST).");
}
