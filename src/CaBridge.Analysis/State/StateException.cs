namespace CaBridge.Analysis.State;

/// <summary>Bytes are not a state that <see cref="Analyzer.Load"/> can go on from; the message says why.</summary>
public sealed class StateException(string message) : Exception(message);
