namespace CaBridge.Analysis.Connections;

/// <summary>The stages from a channel's first SEARCH to its first value, in their order. Each ends where the next one begins.</summary>
public enum ConnectionStage : byte
{
    /// <summary>First SEARCH to the one that was answered: nobody answered, and the client waited longer each time.</summary>
    SearchRetries = 0,

    /// <summary>That SEARCH to its reply.</summary>
    SearchReply = 1,

    /// <summary>Search reply to SYN; zero on a circuit that stood already.</summary>
    BeforeConnect = 2,

    /// <summary>SYN to SYN/ACK, repeated SYNs included.</summary>
    Connect = 3,

    /// <summary>SYN/ACK to the client's VERSION.</summary>
    Version = 4,

    /// <summary>VERSION, or the search reply on a circuit that stood already, to CREATE_CHAN.</summary>
    BeforeCreate = 5,

    /// <summary>CREATE_CHAN to ACCESS_RIGHTS, which come before the reply; without them, zero.</summary>
    AccessRights = 6,

    /// <summary>ACCESS_RIGHTS to the reply to CREATE_CHAN.</summary>
    CreateReply = 7,

    /// <summary>CREATE_CHAN's reply to the first EVENT_ADD, READ_NOTIFY or READ.</summary>
    BeforeRequest = 8,

    /// <summary>That request to its value.</summary>
    FirstValue = 9,
}

/// <summary>Who or what a channel waited for.</summary>
public enum ConnectionWait : byte
{
    /// <summary>Between searches that nobody answered.</summary>
    SearchBackoff = 0,

    /// <summary>The way to the server and back, as TCP's acknowledgements measure it.</summary>
    Network = 1,

    Server = 2,

    /// <summary>The client itself.</summary>
    Client = 3,
}

/// <summary>How far a channel came.</summary>
public enum ConnectionResult : byte
{
    /// <summary>To its first value.</summary>
    Value = 0,

    /// <summary>It was created; no value was asked for, or none came.</summary>
    Created = 1,

    /// <summary>CREATE_CHAN was refused.</summary>
    Refused = 2,

    /// <summary>CREATE_CHAN was not answered.</summary>
    NotCreated = 3,
}
