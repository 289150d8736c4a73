namespace CaBridge.Analysis.Comparison;

/// <summary>What operations are told apart by where captures are compared. Clients are not: they have other ports in each capture.</summary>
public enum ComparisonGrouping : byte
{
    /// <summary>Nothing else.</summary>
    Operation = 0,

    /// <summary>The server's host, without port.</summary>
    Server = 1,

    /// <summary>The PV's name, wherever it is served.</summary>
    Pv = 2,
}
