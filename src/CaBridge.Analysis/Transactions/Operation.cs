namespace CaBridge.Analysis.Transactions;

/// <summary>What a client asked for and waits for an answer to.</summary>
public enum Operation : byte
{
    /// <summary>First SEARCH of a name that nobody answered yet, to its first reply.</summary>
    Search = 0,

    /// <summary>SYN to SYN/ACK of a circuit.</summary>
    Connect = 1,

    /// <summary>CREATE_CHAN.</summary>
    Create = 2,

    /// <summary>READ_NOTIFY.</summary>
    Get = 3,

    /// <summary>WRITE_NOTIFY.</summary>
    Put = 4,

    /// <summary>EVENT_ADD to its first update.</summary>
    Subscribe = 5,

    /// <summary>ECHO, and READ_SYNC of old clients.</summary>
    Echo = 6,

    /// <summary>CLEAR_CHANNEL.</summary>
    Clear = 7,

    /// <summary>READ, the legacy get without status.</summary>
    Read = 8,
}
