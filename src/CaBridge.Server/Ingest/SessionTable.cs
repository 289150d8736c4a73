
namespace CaBridge.Server.Ingest;

/// <summary>The sessions by their id; bounded. The loop owns it.</summary>
/// <param name="maxSessions">Held, connected or not.</param>
internal sealed class SessionTable(int maxSessions)
{
    private readonly Dictionary<string, SensorSession> _sessions = new(StringComparer.Ordinal);

    public IEnumerable<SensorSession> All => _sessions.Values;

    /// <summary>Sessions given up before they were over.</summary>
    public long Evicted { get; private set; }

    public SensorSession? Find(string id) => _sessions.GetValueOrDefault(id);

    /// <param name="session">It follows the one of the same id, if there is one.</param>
    /// <returns>False where all places are taken by sessions that are connected.</returns>
    public bool TryAdd(SensorSession session)
    {
        _sessions.Remove(session.Id);
        while (_sessions.Count >= maxSessions)
        {
            var oldest = _sessions.Values.Where(held => !held.IsConnected).MinBy(held => (held.IsComplete ? 0 : 1, held.LastReceivedAt));
            if (oldest is null)
            {
                return false;
            }

            Evicted += oldest.IsComplete ? 0 : 1;
            oldest.Complete();
            _sessions.Remove(oldest.Id);
        }

        _sessions.Add(session.Id, session);
        return true;
    }
}
