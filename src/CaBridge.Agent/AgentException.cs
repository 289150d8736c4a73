namespace CaBridge.Agent;

/// <summary>The agent cannot go on; the message says why, and what to do.</summary>
public sealed class AgentException : Exception
{
    public AgentException()
    {
    }

    public AgentException(string message)
        : base(message)
    {
    }

    public AgentException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
